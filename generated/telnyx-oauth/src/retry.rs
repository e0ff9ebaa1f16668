//! When a failed attempt is repeated, and after how long.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime},
};

use http::{HeaderMap, StatusCode, header};

use crate::{error::Error, operation::RetryClass, timestamp::parse_http_date};

/// How often and how patiently failed attempts are repeated.
///
/// What may be repeated at all is decided by the operation: reading, and writing that has the effect of once, after any
/// passing failure; everything else only when the server cannot have acted on the first attempt.
///
/// Retries must not make an outage worse, so a client and its clones have a budget for them: ten are free, and each
/// success earns a tenth of another, up to ten again. When it is spent, failures are returned at once. This is what a
/// server would see of 2000 clients that each make a call every two seconds, while it is down for a minute and can
/// answer 1200 requests a second afterwards:
///
/// ```text
/// requests per second, 2000 clients
///  3000 |           ****#########################
///       |
///       |
///  2000 |          *    *                        #
///       |
///       |                                         #
///  1000 |**********......********************************************
///       |
///       |
///     0 +----------============ down ============-------------------- 120 s
///        . no retries   # retries without the budget   * retries with it
///        sent while the server is down: . 60000   # 178194   * 80000
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    first_wait: Duration,
    longest_wait: Duration,
    longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Two retries; half a second doubling up to eight seconds; `Retry-After` up to a minute.
    fn default() -> Self {
        Self {
            max_retries: 2,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            longest_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Every request is attempted once.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_retries(0)
    }

    /// How many attempts may follow the first.
    #[must_use]
    pub const fn max_retries(self, max_retries: u32) -> Self {
        Self { max_retries, ..self }
    }

    /// The wait before the first retry; it doubles each time, up to `longest`. Up to a quarter is taken off at random,
    /// so that clients that failed together do not return together.
    #[must_use]
    pub const fn wait(self, first: Duration, longest: Duration) -> Self {
        Self { first_wait: first, longest_wait: longest, ..self }
    }

    /// The longest `Retry-After` that is waited for. When the server asks for more, the error is returned at once.
    #[must_use]
    pub const fn longest_retry_after(self, longest: Duration) -> Self {
        Self { longest_retry_after: longest, ..self }
    }

    pub(crate) const fn limit(&self) -> u32 {
        self.max_retries
    }

    /// The wait before the retry that follows attempt number `attempt`, counted from 0; `None` for no retry. `jitter`
    /// is that of a [`Clock`](crate::Clock).
    pub(crate) fn wait_after(&self, attempt: u32, retry_after: Option<Duration>, jitter: f64) -> Option<Duration> {
        if let Some(asked) = retry_after {
            return (asked <= self.longest_retry_after).then_some(asked);
        }
        let doubled = self.first_wait.saturating_mul(2_u32.saturating_pow(attempt));
        let wait = doubled.min(self.longest_wait);
        let jitter = if (0.0..=1.0).contains(&jitter) { jitter } else { 0.0 };
        Some(wait - wait.mul_f64(jitter / 4.0))
    }
}

/// Statuses of failures that may pass.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) || status.is_server_error()
}

/// Whether `class` allows another attempt after this status.
pub(crate) fn allows_after_status(class: RetryClass, status: StatusCode) -> bool {
    match class {
        RetryClass::Safe | RetryClass::Idempotent => is_passing(status),
        RetryClass::Once => status == StatusCode::TOO_MANY_REQUESTS,
        RetryClass::SingleUse => false,
    }
}

/// Whether `class` allows another attempt after this error.
pub(crate) fn allows_after_error(class: RetryClass, error: &Error) -> bool {
    match class {
        RetryClass::Safe | RetryClass::Idempotent => {
            matches!(error, Error::Transport { .. } | Error::Timeout { .. })
        }
        RetryClass::Once | RetryClass::SingleUse => {
            matches!(error, Error::Transport { source, .. } if !source.may_have_been_sent())
        }
    }
}

/// What the server asks for: `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), or `Retry-After-Ms`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()).map(str::trim);
    let number = |text: &str| {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        text.parse::<f64>().ok().filter(|_| plain)
    };
    if let Some(milliseconds) = text(header::HeaderName::from_static("retry-after-ms")).and_then(number) {
        return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
    }
    let asked = text(header::RETRY_AFTER)?;
    if let Some(seconds) = number(asked) {
        return Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    Some(parse_http_date(asked)?.duration_since(now).unwrap_or_default())
}

/// Limits how much an outage is multiplied by retries: a client that sees nothing but failures soon stops repeating.
///
/// Ten retries are free; each success earns a tenth of another.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    const FULL: u32 = 100;
    const RETRY: u32 = 10;

    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    pub(crate) fn succeed(&self) {
        // Mostly full: reading keeps the cache line shared between the threads of a busy client.
        if self.0.load(Ordering::Relaxed) < Self::FULL {
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some((left + 1).min(Self::FULL))).ok();
        }
    }

    pub(crate) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(Self::RETRY)).is_ok()
    }
}
