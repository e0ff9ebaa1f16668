//! What the generated client costs beside the same client by hand.

mod subjects;

use std::process::ExitCode;

use harness::{Call, Counting, Server, Subject as _};

use subjects::{ByHand, Generated};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    if let Some(exit) = harness::serves::<Generated>().or_else(harness::serves::<ByHand>) {
        return exit;
    }
    let server = Server::start().expect("a server");
    let program = std::env::current_exe().expect("this program");
    for call in Call::ALL {
        let count = |subject| harness::counts(&program, subject, call, server.base_url());
        let inst = |subject| {
            harness::instructions(&program, subject, call, server.base_url(), &std::env::temp_dir().join("budget"))
        };
        let (a, b) = (inst(Generated::NAME).unwrap(), inst(ByHand::NAME).unwrap());
        println!("{} {:?} {:?} {a} {b} {:.3}", call.name(), count(Generated::NAME), count(ByHand::NAME), a / b);
    }
    ExitCode::SUCCESS
}
