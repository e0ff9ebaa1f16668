{% import "client/examples/macros.rs" as program %}
//! Every item of a list, as many requests as it takes.
//!
//! Set `{{ env }}_API_KEY`.
{{ program.run("pagination") }}

mod offline;

{{ uses("LIST", "") }}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = offline::builder(&[{{ program.response("LIST") }}]).build()?;

    {{ code("let mut items = LIST.items();") | indent(4) }}
    while let Some(item) = items.next().await? {
        println!("{item:#?}");
    }
    Ok(())
}
