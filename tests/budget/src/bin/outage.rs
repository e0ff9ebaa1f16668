//! Prints the figure of the outage.

fn main() {
    println!("{}", budget::outage::figure());
}
