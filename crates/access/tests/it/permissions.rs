//! The table of permissions that people read is the one that counts.

use crate::golden::compare;

const HEAD: &str = "# Permissions

Who may do what. Made from the one table in `crates/access/src/permission.rs`; a test compares the two,
and `UPDATE_GOLDEN=1 cargo test -p access` writes this file anew. A person has the permissions of all
their roles; a key has those that it was made with, never more than the account that made it.

";

#[test]
fn the_table_in_the_documentation_is_the_one_in_the_code() {
    compare("docs/PERMISSIONS.md", &format!("{HEAD}{}", access::permission::markdown()));
}
