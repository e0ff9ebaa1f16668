{# What a program says about how it is run. #}
{% macro run(name, features="") %}
//!
//! ```text
//! cargo run --example {{ name }}{% if features %} --features {{ features }}{% endif %}

//! cargo run --example {{ name }} --features {% if features %}{{ features }},{% endif %}test-util -- --offline
//! ```
{%- endmacro %}
{% macro token(user=true) %}r#"{"access_token": "one", "token_type": "Bearer", "expires_in": 3600{% if user %}, "refresh_token": "two"{% endif %}}"#{% endmacro %}
{# The answer of an operation by the document's examples, with some members as they are given here. #}
{% macro response(name, members="{}") %}
{{ answer(name, members) }}{% endmacro %}
