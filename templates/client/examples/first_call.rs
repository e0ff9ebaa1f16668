{% import "client/examples/macros.rs" as program %}
//! A call.
//!
//! Set `{{ env }}_API_KEY`.
{{ program.run("first_call") }}

mod offline;

{{ uses("FIRST", "") }}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = offline::builder(&[{{ program.response("FIRST") }}]).build()?;

    {{ code("let answer = FIRST.await?; println!(\"{answer:#?}\");") | indent(4) }}
    Ok(())
}
