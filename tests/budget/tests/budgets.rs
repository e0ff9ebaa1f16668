//! What can be counted exactly stays within its budget. Instructions are a benchmark: `cargo run --release`.

use std::path::Path;

use budget::{
    BUDGET,
    size::{Size, dependencies},
    subjects::{ByHand, Generated},
};
use harness::{Call, Server, Subject as _};

#[test]
fn a_call_allocates_at_most_ten_times_more_than_one_by_hand() {
    let server = Server::start().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_budget"));
    for call in Call::ALL {
        let count = |subject| harness::counts(program, subject, call, server.base_url()).unwrap();
        let (by_hand, generated) = (count(ByHand::NAME), count(Generated::NAME));
        let limit = BUDGET.more_allocations();
        assert!(limit.allows(by_hand, generated), "{}: {generated} allocations, {by_hand} by hand", call.name());
    }
}

#[test]
fn the_crates_are_at_most_a_tenth_more_than_by_hand() {
    let [by_hand, generated] = [Size::ByHand, Size::Generated].map(|of| dependencies(of).unwrap() as f64);
    assert!(BUDGET.ratio().allows(by_hand, generated), "{generated} crates, {by_hand} by hand");
}

#[test]
fn the_figure_of_the_outage_in_the_documentation_is_what_the_simulation_prints() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/client/src/retry.rs");
    let source = std::fs::read_to_string(file).unwrap();
    let documented: Vec<&str> = source.lines().filter_map(|line| line.strip_prefix("///")).map(str::trim_end).collect();
    let figure = budget::outage::figure();
    let lines: Vec<String> = figure.lines().map(|line| format!(" {line}").trim_end().to_owned()).collect();
    let found = documented.windows(lines.len()).any(|window| window == lines);
    assert!(found, "the documentation of `RetryPolicy` has another figure than this:\n{figure}");
}
