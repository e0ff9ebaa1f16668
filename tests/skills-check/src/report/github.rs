//! Workflow commands of GitHub Actions.

use super::Summary;
use crate::finding::Finding;

/// The text: one line for each finding.
pub(super) fn render(summary: &Summary) -> String {
    summary.findings().map(line).collect()
}

/// The line of a finding.
pub(super) fn line(finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!(
        "::{} file={},line={},col={},title={}::{}\n",
        finding.level.name(),
        property(&finding.file),
        finding.line,
        finding.column,
        property(finding.code),
        data(&format!("{}{help}", finding.message))
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
