//! The command line: which verbs and flags there are.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::net::SocketAddr;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  done and nothing to complain about
  1  the answer is no (explain: not attached; try: no backend serves it; audit: a finding is bad enough;
     test: an assertion fails)
  2  wrong usage
  3  nothing could be read, or the address to listen on is taken
  4  read in part, so that an answer would be unknown";

/// Shows which Gateway API routes attach to which listener, which are refused and why, and where a request would go.
/// Reads only; sends nothing.
#[derive(Clone, Debug, Parser)]
#[command(name = "gatewatch", version, disable_help_subcommand = true, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do; serve if left out.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// Options of serve, for when no verb is given.
    #[command(flatten)]
    pub serve: Serve,
    /// What is logged.
    #[command(flatten)]
    pub log: LogArgs,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Serve the pages and the JSON interface
    Serve(Serve),
    /// Tell where a request would go; nothing is sent
    Try(Try),
    /// Explain why a route is attached or not: all its parents, all gates
    Explain(Explain),
    /// List attachments, gateways, routes, namespaces or findings
    Get(Get),
    /// List findings, and fail if there is one that is bad enough
    Audit(Audit),
    /// Hold assertions about requests against the routing engine
    Test(Test),
    /// Write what was read into one file, which -f reads later with the same answers
    Snapshot(TakeSnapshot),
    /// Print completions for a shell
    Completion {
        /// The shell.
        shell: Shell,
    },
}

/// What is logged, to standard error.
#[derive(Clone, Debug, Args)]
pub struct LogArgs {
    /// Log more; the environment variable `RUST_LOG` says in detail what
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Form of the log
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

/// Where objects come from.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Source")]
pub struct SourceArgs {
    /// Read this file or directory (YAML, JSON, lists, several documents), or - for standard input; repeatable
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-")]
    pub files: Vec<PathBuf>,
    /// Read directories with all that is below them
    #[arg(short = 'R', long, requires = "files")]
    pub recursive: bool,
    /// Use an embedded example
    #[arg(long, value_enum, conflicts_with = "files")]
    pub example: Option<Example>,
    /// Read the cluster of this kubeconfig; without any source the cluster around this Pod is read, else the one that
    /// kubectl would use
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "example"])]
    pub kubeconfig: Option<PathBuf>,
    /// Read the cluster of this context
    #[arg(long, value_name = "NAME", conflicts_with_all = ["files", "example"])]
    pub context: Option<String>,
}

/// Embedded examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Example {
    /// Three teams, one shared Gateway, one of them kept out
    Acme,
}

/// Options of serve.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Address and port of the pages; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Address and port of /livez, /readyz and /metrics; they are off if this is left out
    #[arg(long, value_name = "ADDR:PORT")]
    pub probes_listen: Option<SocketAddr>,
    /// Hold the assertions of this file against each change, on the page /try/assertions; repeatable
    #[arg(long, value_name = "FILE")]
    pub assertions: Vec<PathBuf>,
    /// Read only this Namespace of a cluster; repeatable. Rights to it alone will do
    #[arg(long = "namespace", short, value_name = "NS")]
    pub namespaces: Vec<String>,
    /// Answer requests to this name too, besides localhost, 127.0.0.0/8 and [::1]; repeatable
    #[arg(long = "allow-host", value_name = "NAME")]
    pub allow_hosts: Vec<String>,
}

/// Options of get.
#[derive(Clone, Debug, Args)]
pub struct Get {
    /// What to list
    #[arg(value_enum)]
    pub what: What,
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Only this namespace
    #[arg(short, long, value_name = "NS")]
    pub namespace: Option<String>,
    /// All namespaces, which is the default
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value = "table")]
    pub output: Output,
}

/// Options of audit.
#[derive(Clone, Debug, Args)]
pub struct Audit {
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Fail, with exit code 1, on a finding of this severity or worse
    #[arg(long, value_enum, default_value = "high")]
    pub fail_on: FailOn,
    /// Only this namespace
    #[arg(short, long, value_name = "NS")]
    pub namespace: Option<String>,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value = "table")]
    pub output: Output,
}

/// Severities of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Something does not work, or lets in what was meant to stay out
    High,
    /// Something is weaker or wider than it looks
    Medium,
    /// Something is left over or unclear
    Low,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// One row per route, parentRef and listener
    #[value(alias = "attachment")]
    Attachments,
    /// Gateways
    #[value(alias = "gateway", alias = "gtw")]
    Gateways,
    /// Routes
    #[value(alias = "route")]
    Routes,
    /// Namespaces
    #[value(alias = "namespace", alias = "ns")]
    Namespaces,
    /// What a person should look at
    #[value(alias = "finding")]
    Findings,
}

/// Form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Table,
    /// The same with more columns
    Wide,
    /// JSON with fixed names
    Json,
    /// The same as YAML
    Yaml,
}

/// Options of explain.
#[derive(Clone, Debug, Args)]
pub struct Explain {
    /// The route, such as httproute/hr/cross-namespace
    #[arg(value_name = "KIND/NAMESPACE/NAME")]
    pub route: String,
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value = "table")]
    pub output: Output,
}

/// Options of try.
#[derive(Clone, Debug, Args)]
pub struct Try {
    /// Where the request goes: http://host:port/path?query
    pub url: String,
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Method; GET if left out
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,
    /// Header; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// Go through this Gateway; else it is found by its address, then by hostname
    #[arg(long, value_name = "NS/NAME")]
    pub gateway: Option<String>,
    /// Go through this listener
    #[arg(long, value_name = "NAME")]
    pub listener: Option<String>,
    /// SNI, where it differs from the host
    #[arg(long, value_name = "NAME")]
    pub sni: Option<String>,
    /// Namespace of the client, for a request to a Service of a mesh
    #[arg(long, value_name = "NS")]
    pub from: Option<String>,
    /// Answer as this implementation routes: spec, cilium, envoy-gateway, traefik, istio, ...
    #[arg(long, value_name = "NAME")]
    pub implementation: Option<String>,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value = "table")]
    pub output: Output,
}

/// Options of test.
#[derive(Clone, Debug, Args)]
pub struct Test {
    /// Files of assertions; with --example acme its own are used
    #[arg(value_name = "ASSERTIONS.yaml")]
    pub assertions: Vec<PathBuf>,
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value = "table")]
    pub output: TestOutput,
}

/// Options of snapshot.
#[derive(Clone, Debug, Args)]
pub struct TakeSnapshot {
    /// Where objects come from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Read only this Namespace of a cluster; repeatable
    #[arg(long = "namespace", short, value_name = "NS")]
    pub namespaces: Vec<String>,
    /// Write to this file; else to standard output
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Forms of the results of assertions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TestOutput {
    /// Lines for people
    Table,
    /// JSON with fixed names
    Json,
    /// The same as YAML
    Yaml,
    /// JUnit XML, as CI systems read it
    Junit,
}

impl Cli {
    /// The verb; `gatewatch` alone serves.
    pub fn verb(self) -> Verb {
        self.verb.unwrap_or(Verb::Serve(self.serve))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_defined_without_contradiction() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_verb_it_serves() {
        let arguments =
            Cli::try_parse_from(["gatewatch", "--example", "acme", "-v"]).expect("legal");
        assert!(arguments.log.verbose);
        assert!(
            matches!(arguments.verb(), Verb::Serve(serve) if serve.source.example == Some(Example::Acme))
        );
    }
}
