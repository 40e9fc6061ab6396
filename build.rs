//! The rules and templates travel inside the program: when one changes, the program is built again.

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=templates");
}
