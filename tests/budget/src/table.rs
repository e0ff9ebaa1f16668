//! A table whose first column of numbers is the measure of the others.

use budget::Limit;

/// A number, or why there is none.
#[derive(Clone)]
pub(crate) struct Cell(Result<f64, String>);

impl Cell {
    pub(crate) fn of(value: Result<f64, String>) -> Self {
        Self(value)
    }
}

pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
    names: Vec<String>,
}

impl Table {
    pub(crate) fn new(title: &str, names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let head = [title.to_owned()].into_iter().chain(names.iter().cloned()).collect();
        Self { rows: vec![head], notes: Vec::new(), names }
    }

    /// Adds a row; whether the second number, that of the generated client, is within the limit.
    pub(crate) fn row(&mut self, name: &str, cells: &[Cell], limit: Limit) -> bool {
        let measure = cells.first().and_then(|cell| cell.0.as_ref().ok()).copied();
        let mut kept = measure.is_some();
        let mut row = vec![name.to_owned()];
        for (column, Cell(value)) in cells.iter().enumerate() {
            let text = match (value, measure) {
                (Ok(value), Some(measure)) if column > 0 => {
                    let over = column == 1 && !limit.allows(measure, *value);
                    kept &= !over;
                    format!("{} {}{}", value.round(), limit.relation(measure, *value), if over { " !" } else { "" })
                }
                (Ok(value), _) => value.round().to_string(),
                (Err(reason), _) => {
                    kept &= column != 1;
                    let note = format!("{}: {name}: {reason}", self.names[column]);
                    self.notes.push(note);
                    "-".to_owned()
                }
            };
            row.push(text);
        }
        self.rows.push(row);
        kept
    }

    /// Prints it as Markdown.
    pub(crate) fn print(&self) {
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.rows[0].len()).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                if column == 0 { format!(" {cell:<width$} ") } else { format!(" {cell:>width$} ") }
            });
            println!("|{}|", cells.collect::<Vec<_>>().join("|"));
            if number == 0 {
                let line = |(column, width): (usize, &usize)| {
                    if column == 0 { "-".repeat(width + 2) } else { format!("{}:", "-".repeat(width + 1)) }
                };
                println!("|{}|", widths.iter().enumerate().map(line).collect::<Vec<_>>().join("|"));
            }
        }
        println!();
        for note in &self.notes {
            println!("{note}");
        }
        if !self.notes.is_empty() {
            println!();
        }
    }
}
