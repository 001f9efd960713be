//! The file of options: where it is found, and how it becomes arguments of the call.
//!
//! A key is an option without its dashes. What stands at the top counts for every command that has such an option, what
//! stands in a table `[clean]` for that command. What the call says itself replaces what the file says.
//!
//! ```toml
//! min-confidence = 0.8
//! protect = ["names.txt"]        # relative to this file
//! [clean]
//! field = "body"
//! threads = 4
//! ```

use std::any::TypeId;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory};
use toml::{Table, Value};

use super::commands::{Globals, Program};
use super::places::is_absent;
use super::status::Refusal;

/// The name of a file in the working folder, or one above it.
const NAME: &str = "unspin.toml";
/// Where the file of a user lies, below the folder of configurations.
const OF_USER: &str = "unspin/config.toml";
/// The variable that names a file.
const VARIABLE: &str = "UNSPIN_CONFIG";
/// What a file may not say: what a call reads and writes, it says itself.
const NOT_HERE: [&str; 10] =
    ["color", "config", "no-config", "help", "output", "report", "fault-file", "resume", "files-from", "null"];

/// The arguments of the call with those of the file of options, and the path of that file; `None` if there is no such file.
///
/// # Errors
///
/// If the file cannot be read, or says what no option is.
pub(super) fn arguments(
    globals: &Globals,
    matches: &ArgMatches,
    arguments: &[OsString],
) -> Result<Option<(PathBuf, Vec<OsString>)>, Refusal> {
    let Some(path) = find(globals)? else { return Ok(None) };
    let wrong = |reason: String| Refusal::from(format!("{}: {reason}", path.display()));
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Refusal::failed(format!("{}: cannot be read: {error}", path.display())))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    let program = Program::command();
    check(&table, &program).map_err(wrong)?;
    let (mut command, mut matches, mut at) = (&program, matches, 1);
    let mut keys: Vec<(&String, &Value)> = table.iter().filter(|(_, value)| !value.is_table()).collect();
    while let Some((name, inner)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name) else { break };
        (command, matches) = (found, inner);
        at = place(arguments, at, name);
        keys.extend(table.get(name).and_then(Value::as_table).into_iter().flatten());
    }
    let mut more = Vec::new();
    let folder = path.parent().unwrap_or(Path::new(""));
    // Of two that say the same, the later one counts: it is the more special.
    for (number, (key, value)) in keys.iter().enumerate() {
        let is_said_again = keys[number + 1..].iter().any(|(other, _)| other == key);
        let Some(argument) = option(command, key) else { continue };
        let said = said(argument, value, folder).map_err(|reason| wrong(format!("`{key}` {reason}")))?;
        if matches.value_source(argument.get_id().as_str()) != Some(ValueSource::CommandLine) && !is_said_again {
            more.extend(said);
        }
    }
    let mut all = arguments.to_vec();
    all.splice(at..at, more);
    Ok(Some((path, all)))
}

/// The file of options that counts.
fn find(globals: &Globals) -> Result<Option<PathBuf>, Refusal> {
    if globals.no_config {
        return Ok(None);
    }
    let named = globals.config.clone().or_else(|| std::env::var_os(VARIABLE).filter(|v| !v.is_empty()).map(Into::into));
    if let Some(path) = named {
        let refusal = || Refusal::from(format!("{}: there is no such file of options", path.display()));
        return if is_absent(&path) { Err(refusal()) } else { Ok(Some(path)) };
    }
    let here = std::env::current_dir().unwrap_or_default();
    let near = here.ancestors().map(|folder| folder.join(NAME));
    let home = || std::env::home_dir().map(|home| home.join(".config"));
    let of_user =
        std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    Ok(near.chain(of_user.map(|folder| folder.join(OF_USER))).find(|path| path.is_file()))
}

/// Whether each key is an option of some command, and each table a command with its options.
fn check(table: &Table, program: &Command) -> Result<(), String> {
    for (key, value) in table {
        let Some(own) = value.as_table() else {
            if NOT_HERE.contains(&key.as_str()) {
                return Err(format!("`{key}` is said by a call, not by a file"));
            }
            let is_known = program.get_subcommands().any(|command| option(command, key).is_some());
            if is_known {
                continue;
            }
            return Err(format!("no command has an option `{key}`"));
        };
        let command = program.find_subcommand(key).ok_or_else(|| format!("no command is called `{key}`"))?;
        for key in own.keys() {
            if NOT_HERE.contains(&key.as_str()) {
                return Err(format!("`{key}` is said by a call, not by a file"));
            }
            option(command, key).ok_or_else(|| format!("`{}` has no option `{key}`", command.get_name()))?;
        }
    }
    Ok(())
}

/// The option of a command that a key names.
fn option<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    command.get_arguments().find(|argument| argument.get_long() == Some(key))
}

/// Where the arguments of a command begin, whose name is looked for from `at` on.
fn place(arguments: &[OsString], at: usize, name: &str) -> usize {
    let is_value = |n: usize| matches!(arguments[n - 1].to_str(), Some("--config" | "--color"));
    (at..arguments.len()).find(|&n| arguments[n] == *name && !is_value(n)).map_or(arguments.len(), |n| n + 1)
}

/// An option as arguments of a call.
fn said(argument: &Arg, value: &Value, folder: &Path) -> Result<Vec<OsString>, String> {
    let dashed = format!("--{}", argument.get_long().unwrap_or_default());
    let is_flag = matches!(argument.get_action(), ArgAction::SetTrue);
    let is_path = argument.get_value_parser().type_id() == TypeId::of::<PathBuf>();
    let values = match value {
        Value::Boolean(yes) if is_flag => return Ok(if *yes { vec![dashed.into()] } else { Vec::new() }),
        _ if is_flag => return Err("is true or false".into()),
        Value::Array(values) if matches!(argument.get_action(), ArgAction::Append) => values.as_slice(),
        Value::Array(_) => return Err("has one value".into()),
        value => std::slice::from_ref(value),
    };
    let mut out = Vec::new();
    for value in values {
        let value = match value {
            Value::String(value) if is_path => folder.join(value).into_os_string(),
            Value::String(value) => value.into(),
            Value::Integer(number) => number.to_string().into(),
            Value::Float(number) => number.to_string().into(),
            _ => return Err("is a text, a number or a list of them".into()),
        };
        let mut argument = OsString::from(&dashed);
        argument.push("=");
        argument.push(value);
        out.push(argument);
    }
    Ok(out)
}
