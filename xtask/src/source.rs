//! The Rust files of a crate: their modules, what they import, how long they and their functions are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A file of a crate.
#[derive(Debug)]
pub struct File {
    /// Where it lies.
    pub path: PathBuf,
    /// Its module, from the root of the crate; empty for the root itself.
    pub module: Vec<String>,
    /// Lines of the file.
    pub lines: usize,
    /// Functions with their first line and their number of lines, those of tests left out.
    pub functions: Vec<(String, usize, usize)>,
    /// The modules whose items it names, tests left out.
    pub imports: BTreeSet<Vec<String>>,
}

/// Reads the files of a crate whose sources lie in `folder`.
pub fn read(folder: &Path) -> Result<Vec<File>, String> {
    let mut parsed = Vec::new();
    for path in crate::files_below(folder)? {
        let is_test = path.file_stem().is_some_and(|name| {
            let name = name.to_string_lossy();
            name == "tests" || name == "oracle" || name.ends_with("_tests")
        });
        if is_test || path.starts_with(folder.join("bin")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let tree = syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        parsed.push((module_of(folder, &path), path, text.lines().count(), tree));
    }
    let mut exports = BTreeMap::new();
    for (module, _, _, tree) in &parsed {
        exports.insert(module.clone(), exported(module, tree));
    }
    let files = parsed.into_iter().map(|(module, path, lines, tree)| {
        let mut walk = Walk { module: &module, functions: Vec::new(), paths: Vec::new() };
        walk.visit_file(&tree);
        let (functions, paths) = (walk.functions, walk.paths);
        let mut imports: BTreeSet<Vec<String>> = paths.iter().map(|path| resolve(path, &exports)).collect();
        imports.remove(&module);
        File { path, module, lines, functions, imports }
    });
    Ok(files.collect())
}

fn module_of(folder: &Path, path: &Path) -> Vec<String> {
    let below = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    let mut parts: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// What a module hands on by `pub use`: name and path.
type Exports = BTreeMap<String, Vec<String>>;

fn exported(module: &[String], tree: &syn::File) -> Exports {
    let mut out = Exports::new();
    for item in &tree.items {
        if let syn::Item::Use(item) = item
            && !matches!(item.vis, syn::Visibility::Inherited)
        {
            for path in leaves(&item.tree) {
                if let (Some(name), Some(path)) = (path.last().cloned(), absolute(module, &path)) {
                    out.insert(name, path);
                }
            }
        }
    }
    out
}

/// The module that holds what a path names, through what modules hand on.
fn resolve(path: &[String], exports: &BTreeMap<Vec<String>, Exports>) -> Vec<String> {
    let mut module: Vec<String> = Vec::new();
    for (n, part) in path.iter().enumerate() {
        let mut below = module.clone();
        below.push(part.clone());
        if exports.contains_key(&below) {
            module = below;
        } else if let Some(target) = exports.get(&module).and_then(|exports| exports.get(part))
            && target != path
        {
            let rest: Vec<String> = target.iter().chain(&path[n + 1..]).cloned().collect();
            return resolve(&rest, exports);
        } else {
            break;
        }
    }
    module
}

/// A path from the root of the crate; `None` if it leads out of it.
fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut from = module.to_vec();
    let mut parts = path.iter();
    match path.first()?.as_str() {
        "crate" => {
            from.clear();
            parts.next();
        }
        "self" => {
            parts.next();
        }
        "super" => {
            while parts.as_slice().first().is_some_and(|part| part == "super") {
                parts.next();
                from.pop();
            }
        }
        _ => return None,
    }
    Some(from.into_iter().chain(parts.cloned()).collect())
}

/// The paths of a `use`.
fn leaves(tree: &syn::UseTree) -> Vec<Vec<String>> {
    let below = |name: String, tree: &syn::UseTree| {
        let tails = leaves(tree).into_iter();
        tails.map(|tail| std::iter::once(name.clone()).chain(tail).collect()).collect()
    };
    match tree {
        syn::UseTree::Path(path) => below(path.ident.to_string(), &path.tree),
        syn::UseTree::Name(name) => vec![vec![name.ident.to_string()]],
        syn::UseTree::Rename(name) => vec![vec![name.ident.to_string()]],
        syn::UseTree::Glob(_) => vec![Vec::new()],
        syn::UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
    }
}

struct Walk<'m> {
    module: &'m [String],
    functions: Vec<(String, usize, usize)>,
    paths: Vec<Vec<String>>,
}

impl Walk<'_> {
    fn function(&mut self, name: &syn::Ident, span: proc_macro2::Span) {
        let (start, end) = (span.start().line, span.end().line);
        self.functions.push((name.to_string(), start, end + 1 - start));
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("test")
            || (path.is_ident("cfg") || path.is_ident("cfg_attr"))
                && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test")
    })
}

impl<'t> Visit<'t> for Walk<'_> {
    fn visit_item_mod(&mut self, item: &'t syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'t syn::ItemFn) {
        if !is_test(&item.attrs) {
            self.function(&item.sig.ident, item.block.span());
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'t syn::ImplItemFn) {
        self.function(&item.sig.ident, item.block.span());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_use(&mut self, item: &'t syn::ItemUse) {
        // What is handed on is no import.
        if matches!(item.vis, syn::Visibility::Inherited) {
            self.paths.extend(leaves(&item.tree).iter().filter_map(|path| absolute(self.module, path)));
        }
    }

    fn visit_path(&mut self, path: &'t syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.paths.extend(absolute(self.module, &parts));
        visit::visit_path(self, path);
    }
}
