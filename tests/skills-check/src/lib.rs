//! Checks skill documents (`SKILL.md`, <https://agentskills.io/specification>): their form, the facts they tell of an
//! API, and every sample, which is run against a local server that judges each request by the OpenAPI document.
//!
//! Beside the reader ([`skill`], [`markdown`], [`section`]) stand what the API says ([`api`], [`product`]), what is
//! wrong ([`lint`], [`finding`], [`report`]), and the place where samples run ([`mod@bench`], [`sandbox`]).

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod answers;
pub mod api;
pub mod bench;
pub mod finding;
pub mod frontmatter;
pub mod lint;
pub mod markdown;
pub mod mock;
pub mod product;
pub mod report;
pub mod sample;
pub mod sandbox;
pub mod schema;
pub mod section;
pub mod skill;
pub mod verify;
