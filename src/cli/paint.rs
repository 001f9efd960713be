//! Colour on standard output and in the help: where a terminal shows it, and nobody has said NO_COLOR.

use std::fmt::{self, Display};
use std::io;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use clap::builder::Styles;

/// What was there before.
pub(super) const OLD: Style = AnsiColor::Red.on_default().strikethrough();
/// What stands there now.
pub(super) const NEW: Style = AnsiColor::Green.on_default().bold();
/// The same where it is less sure.
pub(super) const UNSURE: Style = AnsiColor::Yellow.on_default().bold();
/// What only helps to find one's way.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Headings.
pub(super) const HEAD: Style = Style::new().bold();

/// The colours of the help.
pub(super) const HELP: Styles = Styles::styled()
    .header(Style::new().bold().underline())
    .usage(Style::new().bold().underline())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Green.on_default());

/// Sets what the user wants of colours.
pub(super) fn choose(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::AlwaysAnsi,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// Whether a stream is painted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    is_on: bool,
}

impl Paint {
    /// No colours.
    #[cfg(test)]
    pub(super) const NONE: Paint = Paint { is_on: false };

    /// As standard output wants it.
    pub(super) fn of_stdout() -> Paint {
        Paint { is_on: AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never }
    }

    /// As standard error wants it.
    pub(super) fn of_stderr() -> Paint {
        Paint { is_on: AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never }
    }

    pub(super) fn is_on(self) -> bool {
        self.is_on
    }

    /// Something in a style, where there are colours.
    pub(super) fn with<T: Display>(self, style: Style, shown: T) -> Painted<T> {
        Painted { style: if self.is_on { style } else { Style::new() }, shown }
    }
}

/// Something in a style.
pub(super) struct Painted<T> {
    style: Style,
    shown: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Painted { style, shown } = self;
        write!(f, "{style}{shown}{style:#}")
    }
}
