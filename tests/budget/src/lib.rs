//! What the generated client costs: [`subjects`] for calls, [`size`] for dependencies and builds, [`outage`] for servers.

pub mod outage;
pub mod size;
pub mod subjects;

/// What the generated client may cost beside the one by hand.
pub const BUDGET: Budget = Budget { ratio: 1.10, more_allocations: 10.0 };

/// See [`BUDGET`].
pub struct Budget {
    ratio: f64,
    more_allocations: f64,
}

impl Budget {
    /// For instructions of a call, crates, and the clean build.
    pub const fn ratio(&self) -> Limit {
        Limit::Ratio(self.ratio)
    }

    /// For allocations of a call.
    pub const fn more_allocations(&self) -> Limit {
        Limit::More(self.more_allocations)
    }
}

/// What a number may be beside its measure.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// So many times the measure.
    Ratio(f64),
    /// So many more than the measure.
    More(f64),
}

impl Limit {
    /// Whether `value` is within the limit.
    pub fn allows(self, measure: f64, value: f64) -> bool {
        match self {
            Self::Ratio(ratio) => value <= measure * ratio,
            Self::More(more) => value <= measure + more,
        }
    }

    /// The value beside its measure, as text.
    pub fn relation(self, measure: f64, value: f64) -> String {
        match self {
            Self::Ratio(_) => format!("({:.2})", value / measure),
            Self::More(_) => format!("({:+})", (value - measure).round()),
        }
    }
}
