//! Tests of the runtime. They are not copied into a product.
