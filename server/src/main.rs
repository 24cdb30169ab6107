//! `gatewatch`: serves pages about Gateway API attachment and answers on the command line.

use clap::Parser;
use server::{cli, command};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    log(&arguments.log);
    match command::run(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // Line by line: the words are ours but for names, and names cannot hold line breaks once visible.
            for line in failure.to_string().lines() {
                eprintln!("gatewatch: {}", engine::sentence::visible(line));
            }
            failure.exit.into()
        }
    }
}

/// Logs go to standard error; `RUST_LOG` decides what is logged, else `-v`.
fn log(options: &cli::LogArgs) {
    let default = if options.verbose { "info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    match options.log_format {
        cli::LogFormat::Text => builder
            .with_ansi(command::table::Paint::of(&std::io::stderr()).is_on())
            .init(),
        cli::LogFormat::Json => builder.json().init(),
    }
}
