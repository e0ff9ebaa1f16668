//! Says every way in which an HTTP request breaks an OpenAPI document.
