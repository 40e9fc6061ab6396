//! `stepback completions`: words that a shell completes, and the manual's pages.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::{Shell, generate};

use super::{Cli, Desk, Ended, Outcome, Stopped};
use crate::args;
use crate::files;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback completions bash > ~/.local/share/bash-completion/completions/stepback
  stepback completions zsh > ~/.zfunc/_stepback
  stepback completions fish > ~/.config/fish/completions/stepback.fish
  stepback completions man -o ~/.local/share/man/man1      a page for each verb: man stepback-plan";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The shell; or `man` for the pages of the manual
    #[arg(value_enum)]
    shell: For,
    /// The folder for the pages of the manual [default: the first page, to standard output]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum For {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
    Man,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let mut command = Cli::command();
    let shell = match options.shell {
        For::Bash => Shell::Bash,
        For::Elvish => Shell::Elvish,
        For::Fish => Shell::Fish,
        For::Powershell => Shell::PowerShell,
        For::Zsh => Shell::Zsh,
        For::Man => return manual(desk, command, options),
    };
    let mut script = Vec::new();
    generate(shell, &mut command, "stepback", &mut script);
    match &options.output {
        // A shell looks for its words under a name of its own.
        Some(folder) => {
            let name = match options.shell {
                For::Bash => "stepback.bash",
                For::Elvish => "stepback.elv",
                For::Fish => "stepback.fish",
                For::Powershell => "_stepback.ps1",
                For::Zsh | For::Man => "_stepback",
            };
            let path = folder.join(name);
            let shown = path.display().to_string();
            files::write_all(&[(path, script)], files::Sync::Now)?;
            desk.remark("cli.wrote", &args! { "path" => shown });
        }
        None => std::io::stdout().lock().write_all(&script)?,
    }
    Ok(Ended::Well)
}

/// The pages of the manual: one for the program, one for each verb.
fn manual(desk: &Desk, mut command: Command, options: &Options) -> Outcome {
    let Some(folder) = &options.output else {
        std::io::stdout().lock().write_all(&page(command)?)?;
        return Ok(Ended::Well);
    };
    let mut pages = Vec::new();
    // Once built, each verb knows the whole command that it is a part of: `stepback-plan`.
    command.build();
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help") {
        let name = verb.get_display_name().unwrap_or(verb.get_name()).to_owned();
        pages.push((folder.join(format!("{name}.1")), page(verb.clone())?));
    }
    pages.push((folder.join("stepback.1"), page(command)?));
    files::write_all(&pages, files::Sync::Now)?;
    for (path, _) in &pages {
        desk.remark("cli.wrote", &args! { "path" => path.display().to_string() });
    }
    Ok(Ended::Well)
}

fn page(command: Command) -> Result<Vec<u8>, Stopped> {
    let mut page = Vec::new();
    // Without a date: the same program gives the same page.
    clap_mangen::Man::new(command).date("").render(&mut page)?;
    Ok(page)
}
