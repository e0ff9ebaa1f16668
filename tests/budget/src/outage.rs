//! An outage in virtual time: what retries do to a server that is down, with and without the retry budget.
//!
//! The calls are made by the generated client itself; only time, chance and the network are not real.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use telnyx_oauth::{
    Body, BoxFuture, Client, Clock, HttpTransport, RetryPolicy, TransportError, TransportErrorKind, http,
};
use tokio::time::{Instant, sleep, sleep_until};

const CLIENTS: u32 = 2000;
/// The pause between two calls of a client, in seconds.
const PAUSE: u32 = 2;
/// What arrives each second when nothing is repeated.
const NORMAL: u32 = CLIENTS / PAUSE;
/// What the server answers each second after the outage, before it refuses with 503.
const CAPACITY: u32 = NORMAL * 6 / 5;
const DOWN_FROM: usize = 20;
const DOWN_UNTIL: usize = 80;
const END: usize = 120;

/// How failed calls are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retries {
    None,
    /// Each call has a client of its own, so that the budget is always full.
    WithoutBudget,
    WithBudget,
}

/// The requests that arrived in each second.
type Load = Vec<u32>;

/// The chart of the loads, and what they come to.
pub fn figure() -> String {
    let loads = [Retries::None, Retries::WithoutBudget, Retries::WithBudget].map(simulate);
    Figure(loads).to_string()
}

fn simulate(retries: Retries) -> Load {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(run(retries))
}

async fn run(retries: Retries) -> Load {
    let start = Instant::now();
    let network = Network { start, load: Arc::new((0..END).map(|_| AtomicU32::new(0)).collect()) };
    let clock = VirtualClock { start, seed: Arc::new(Mutex::new(1)) };
    let policy = if retries == Retries::None { RetryPolicy::none() } else { RetryPolicy::default() };
    let build = move |(network, clock): (Network, VirtualClock)| {
        Client::builder().transport(network).clock(clock).retry(policy).build().expect("a client")
    };
    for number in 0..CLIENTS {
        let parts = (network.clone(), clock.clone());
        tokio::spawn(async move {
            let client = build(parts.clone());
            let mut next = start + Duration::from_secs(PAUSE.into()) * number / CLIENTS;
            loop {
                sleep_until(next).await;
                next += Duration::from_secs(PAUSE.into());
                let client = if retries == Retries::WithoutBudget { build(parts.clone()) } else { client.clone() };
                // Calls do not wait for the one before. That they fail in an outage is no surprise.
                tokio::spawn(async move { client.oauth().jwks().await.ok() });
            }
        });
    }
    sleep(Duration::from_secs(END as u64)).await;
    network.load.iter().map(|count| count.load(Ordering::Relaxed)).collect()
}

/// The server, and the way to it.
#[derive(Clone)]
struct Network {
    start: Instant,
    load: Arc<Vec<AtomicU32>>,
}

impl HttpTransport for Network {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let second = self.start.elapsed().as_secs() as usize;
        let arrived = self.load.get(second).map_or(0, |count| count.fetch_add(1, Ordering::Relaxed));
        let response = if (DOWN_FROM..DOWN_UNTIL).contains(&second) {
            Err(TransportError::new(TransportErrorKind::Connect, "the server is down"))
        } else {
            let refused = second >= DOWN_UNTIL && arrived >= CAPACITY;
            let mut response = http::Response::new(Body::from(r#"{"keys":[]}"#));
            *response.status_mut() = if refused { http::StatusCode::SERVICE_UNAVAILABLE } else { http::StatusCode::OK };
            Ok(response)
        };
        Box::pin(async {
            sleep(Duration::from_millis(20)).await;
            response
        })
    }
}

/// The time of Tokio, which jumps to the next timer, and a jitter that is the same each time.
#[derive(Clone, Debug)]
struct VirtualClock {
    start: Instant,
    seed: Arc<Mutex<u64>>,
}

impl Clock for VirtualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(sleep(duration))
    }

    fn jitter(&self) -> f64 {
        // Knuth's linear congruential generator; the upper bits are the good ones.
        let mut seed = self.seed.lock().expect("a seed");
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The loads as a chart: no retries, retries without the budget, retries with it.
struct Figure([Load; 3]);

/// Seconds of one column.
const COLUMN: usize = 2;
/// Rows for the normal load.
const ROWS: u32 = 3;
const MARKS: [char; 3] = ['.', '#', '*'];

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = END / COLUMN;
        let mut rows = vec![vec![' '; columns]; 3 * ROWS as usize];
        for (load, mark) in self.0.iter().zip(MARKS) {
            for (column, seconds) in load.chunks(COLUMN).enumerate() {
                let average = f64::from(seconds.iter().sum::<u32>()) / COLUMN as f64;
                let row = (average / f64::from(NORMAL) * f64::from(ROWS)).round() as usize;
                rows[row.clamp(1, 3 * ROWS as usize) - 1][column] = mark;
            }
        }
        writeln!(f, "requests per second, {CLIENTS} clients")?;
        for (number, row) in rows.iter().enumerate().rev() {
            let level = number as u32 + 1;
            let label = if level.is_multiple_of(ROWS) { (NORMAL * level / ROWS).to_string() } else { String::new() };
            writeln!(f, "{}", format!("{label:>5} |{}", row.iter().collect::<String>()).trim_end())?;
        }
        let mut axis = "-".repeat(columns);
        axis.replace_range(
            DOWN_FROM / COLUMN..DOWN_UNTIL / COLUMN,
            &format!("{:=^1$}", " down ", (DOWN_UNTIL - DOWN_FROM) / COLUMN),
        );
        writeln!(f, "    0 +{axis} {END} s")?;
        let [none, without, with] = MARKS;
        writeln!(f, "       {none} no retries   {without} retries without the budget   {with} retries with it")?;
        let sent = self.0.each_ref().map(|load| load[DOWN_FROM..DOWN_UNTIL].iter().sum::<u32>());
        write!(
            f,
            "       sent while the server is down: {none} {}   {without} {}   {with} {}",
            sent[0], sent[1], sent[2]
        )
    }
}
