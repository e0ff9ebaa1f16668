//! Values on their way in and out.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::api::{Audience, GrantType, TokenType};
use crate::{FilePart, Multipart, Nullable, Part, Timestamp, test_util::ScriptedTransport};

#[test]
fn timestamps_are_read_from_every_form_and_written_in_one() {
    let cases = [
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z", 1_714_557_600),
        ("2024-05-01t10:00:00.123456789+02:00", "2024-05-01T08:00:00.123456789Z", 1_714_550_400),
        ("2024-05-01 10:00:00.50", "2024-05-01T10:00:00.5Z", 1_714_557_600),
        ("2024-02-29T23:59:60-00:30", "2024-03-01T00:30:00Z", 1_709_253_000),
        ("1969-12-31T23:59:59.9999999999Z", "1969-12-31T23:59:59.999999999Z", -1),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", -62_167_219_200),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", 253_402_300_799),
    ];
    for (text, written, seconds) in cases {
        let timestamp: Timestamp = text.parse().unwrap();
        assert_eq!((timestamp.to_string().as_str(), timestamp.unix_seconds()), (written, seconds), "{text}");
        assert_eq!(written.parse(), Ok(timestamp));
        assert_eq!(Timestamp::from(SystemTime::from(timestamp)), timestamp);
    }
}

#[test]
fn what_is_no_timestamp_is_refused() {
    let cases = [
        "",
        "2024",
        "2024-05-01",
        "2024-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-05-00T00:00:00Z",
        "2024-05-01T24:00:00Z",
        "2024-05-01T10:60:00Z",
        "2024-05-01T10:00:61Z",
        "2024-05-01T10:00:00.Z",
        "2024-05-01T10:00:00+24:00",
        "2024-05-01T10:00:00+0200",
        "2024-05-01T10:00:00Zx",
        "+024-05-01T10:00:00Z",
        "2024-05-01T10:00:00é",
        "é024-05-01T10:00:00Z",
        "0000-01-01T00:00:00+01:00",
        "2024-05-01T10:00:00ZZ",
    ];
    for text in cases {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
}

#[test]
fn every_day_of_four_centuries_is_the_day_after_the_one_before() {
    let mut last = Timestamp::from_unix(-86_400 * 719_528);
    for day in 1..146_097_i64 {
        let next = Timestamp::from_unix(last.unix_seconds() + 86_400);
        assert_eq!(next.to_string().parse(), Ok(next), "day {day}");
        assert!(next.to_string() > last.to_string());
        last = next;
    }
    assert_eq!(last.to_string(), "0399-12-31T00:00:00Z");
}

#[test]
fn numeric_dates_are_timestamps() {
    let read = |json: serde_json::Value| serde_json::from_value::<Timestamp>(json).map(|t| t.to_string()).ok();
    assert_eq!(read(json!(1_767_225_600)).as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(read(json!(1_767_225_600.25)).as_deref(), Some("2026-01-01T00:00:00.25Z"));
    assert_eq!(read(json!(u64::MAX)).as_deref(), Some("9999-12-31T23:59:59Z"));
    assert_eq!(read(json!(-1e300)).as_deref(), Some("0000-01-01T00:00:00Z"));
    assert_eq!(read(json!(true)), None);
    assert_eq!(Timestamp::from(SystemTime::UNIX_EPOCH - Duration::from_millis(1)).subsec_nanos(), 999_000_000);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Patch {
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    logo: Nullable<String>,
}

#[test]
fn absent_null_and_value_are_three_things() {
    let cases = [
        (Patch { logo: Nullable::Absent }, "{}"),
        (Patch { logo: Nullable::Null }, r#"{"logo":null}"#),
        (Patch { logo: "x".to_owned().into() }, r#"{"logo":"x"}"#),
    ];
    for (patch, json) in cases {
        assert_eq!(serde_json::to_string(&patch).unwrap(), json);
        assert_eq!(serde_json::from_str::<Patch>(json).unwrap(), patch);
    }
}

#[test]
fn unknown_enum_values_survive_a_round_trip() {
    let grant: GrantType = serde_json::from_value(json!("urn:new")).unwrap();
    assert!(matches!(&grant, GrantType::Unknown(value) if value.as_str() == "urn:new"));
    assert_eq!(serde_json::to_value(&grant).unwrap(), "urn:new");
    assert_eq!(GrantType::from("refresh_token"), GrantType::RefreshToken);
    assert_ne!(GrantType::from("Refresh_Token"), GrantType::RefreshToken);
    assert_eq!(TokenType::from("bEARER".to_owned()), TokenType::Bearer);
    assert_eq!(GrantType::KNOWN.len(), 3);
    assert_eq!(format!("{:<20}|", GrantType::RefreshToken), "refresh_token       |");
}

#[test]
fn a_union_that_fits_nothing_survives_a_round_trip() {
    let value = json!({"new": [1]});
    let audience: Audience = serde_json::from_value(value.clone()).unwrap();
    assert!(matches!(audience, Audience::Unknown(_)));
    assert_eq!(serde_json::to_value(&audience).unwrap(), value);
}

#[derive(Debug, PartialEq)]
enum Shape {
    Round(Round),
    Flat(Flat),
    Unknown(crate::UnknownVariant),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Round {
    radius: u8,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        crate::union::by_tag!(value, "kind"; "round" => Round, "flat" => Flat)
    }
}

#[test]
fn a_tagged_union_is_read_by_its_tag() {
    let read = |value| serde_json::from_value::<Shape>(value).unwrap();
    assert_eq!(read(json!({"kind": "round", "radius": 1})), Shape::Round(Round { radius: 1 }));
    assert_eq!(read(json!({"kind": "flat"})), Shape::Flat(Flat {}));
    for strange in [json!({"kind": "round"}), json!({"kind": "new"}), json!({"radius": 1}), json!(null)] {
        assert_eq!(read(strange.clone()), Shape::Unknown(strange.into()));
    }
}

#[tokio::test]
async fn multipart_names_cannot_break_out() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    let parts = Multipart::new()
        .part(Part::new("a\"b", "text"))
        .part(Part::new("file", vec![0, 255]).file_name("x\r\nEvil: 1").content_type("image/png"));
    super::client(&script).api().upload_parts(parts).await.unwrap();
    let request = script.request();
    let boundary = request.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = [
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\ntext\r\n").as_bytes(),
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x%0D%0AEvil: 1\"\r\n")
            .as_bytes(),
        b"Content-Type: image/png\r\n\r\n\x00\xff\r\n",
        format!("--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    assert_eq!(request.body, expected);
    let bad = Multipart::new().part(Part::new("a", "b").content_type("x\r\ny"));
    assert!(super::client(&script).api().upload_parts(bad).await.is_err());
}

#[tokio::test]
async fn values_become_parts_by_their_kind() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    let mut parts = Multipart::new();
    parts.file("cover", FilePart::new("a.png", vec![1]).content_type("image/png"));
    parts.file("text", FilePart::new("b", "x"));
    parts.value("title", "A & B");
    parts.value("tags", &vec!["one".to_owned(), "two".to_owned()]);
    parts.value("year", &7);
    parts.value("size", &json!({"w": 1}));
    parts.value("none", &Option::<String>::None);
    super::client(&script).api().upload_parts(parts).await.unwrap();
    let request = script.request();
    let text = String::from_utf8(request.body.to_vec()).unwrap();
    let boundary = text.lines().next().unwrap().to_owned();
    let parts: Vec<&str> = text.split(&*boundary).map(str::trim).filter(|part| !matches!(*part, "" | "--")).collect();
    let form = |rest: &str| format!("Content-Disposition: form-data; name={rest}").replace('\n', "\r\n");
    let expected = [
        form("\"cover\"; filename=\"a.png\"\nContent-Type: image/png\n\n\u{1}"),
        form("\"text\"; filename=\"b\"\nContent-Type: application/octet-stream\n\nx"),
        form("\"title\"\n\nA & B"),
        form("\"tags\"\n\none"),
        form("\"tags\"\n\ntwo"),
        form("\"year\"\n\n7"),
        form("\"size\"\nContent-Type: application/json\n\n{\"w\":1}"),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn a_base_url_is_checked_when_the_client_is_built() {
    let build = |url: &str| super::builder(&ScriptedTransport::new()).base_url(url).build();
    for good in ["https://x/v2/", "http://127.0.0.1:80", "http://[::1]:8080/x", "http://localhost", "http://127.9.9.9"]
    {
        assert!(build(good).is_ok(), "{good}");
    }
    for bad in [
        "http://x",
        "http://localhost.evil",
        "http://127.0.0.1.evil",
        "http://10.0.0.1",
        "ftp://x",
        "x",
        "",
        "https://user@x",
        "https://u:p@x",
        "https://x?a=b",
        "https://x#f",
        "https://",
        "file:///etc",
        "http://[::2]",
    ] {
        assert!(build(bad).is_err(), "{bad}");
    }
    let insecure = super::builder(&ScriptedTransport::new()).base_url("http://x").allow_insecure_http().build();
    assert!(insecure.is_ok());
}

#[test]
fn clients_and_requests_can_cross_threads() {
    fn check<T: Send + Sync>() {}
    check::<crate::Client>();
    check::<crate::Request<String>>();
    check::<crate::Error>();
    check::<crate::Body>();
    fn sends<T: Send>(_: T) {}
    let client = super::client(&ScriptedTransport::new());
    sends(client.api().retrieve("1").into_future());
    sends(client.api().retrieve("1").send());
}

#[test]
fn a_sleep_outside_a_runtime_wakes_its_task() {
    use std::{future::Future as _, sync::Arc, task};

    struct Unpark(std::thread::Thread);
    impl task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut sleep = crate::Clock::sleep(&crate::SystemClock, Duration::from_millis(1));
    let waker = task::Waker::from(Arc::new(Unpark(std::thread::current())));
    while sleep.as_mut().poll(&mut task::Context::from_waker(&waker)).is_pending() {
        std::thread::park();
    }
}
