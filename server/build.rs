//! Embeds the assets: the browser half if it was built, the style sheet in one piece, and everything in `public/`.
//!
//! Each gets a name with a hash of its content, and ready-made brotli and gzip forms. The browser half comes from
//! `$GATEWATCH_SITE`, else from `target/site`; without one the pages work, without JavaScript.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let root = fs::canonicalize(Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(".."))?;
    let mut table = Table {
        out: PathBuf::from(env::var("OUT_DIR")?),
        text: String::from("&[\n"),
    };
    for file in files(&watched(root.join("public")))? {
        table.embed(&name(&file)?, &fs::read(&file)?, Address::Hashed)?;
    }
    table.embed(
        "main.css",
        sheet(&watched(root.join("style")).join("main.css"))?.as_bytes(),
        Address::Hashed,
    )?;
    browser_half(&mut table, &watched(site(&root)?))?;
    table.text.push(']');
    fs::write(table.out.join("assets.rs"), table.text)?;
    Ok(())
}

/// Makes cargo run this again when anything in a directory changes.
fn watched(directory: PathBuf) -> PathBuf {
    println!("cargo::rerun-if-changed={}", directory.display());
    directory
}

/// The directory of the browser half. It is made if it is not there, since cargo would otherwise run this every time.
fn site(root: &Path) -> Result<PathBuf> {
    println!("cargo::rerun-if-env-changed=GATEWATCH_SITE");
    if let Some(given) = env::var_os("GATEWATCH_SITE") {
        let given = PathBuf::from(given);
        if !given.join("gatewatch.js").exists() {
            return Err(format!(
                "GATEWATCH_SITE is {}, which holds no gatewatch.js",
                given.display()
            )
            .into());
        }
        return Ok(given);
    }
    let usual = root.join("target/site");
    // Where that is not allowed, the next build looks again.
    let _ = fs::create_dir_all(&usual);
    Ok(usual)
}

/// The module, the WebAssembly, and the scripts that the module imports by their relative paths.
fn browser_half(table: &mut Table, site: &Path) -> Result<()> {
    let (module, wasm) = (site.join("gatewatch.js"), site.join("gatewatch_bg.wasm"));
    if !(module.exists() && wasm.exists()) {
        return Ok(());
    }
    table.embed("gatewatch.js", &fs::read(module)?, Address::Hashed)?;
    table.embed("gatewatch_bg.wasm", &fs::read(wasm)?, Address::Hashed)?;
    let snippets = site.join("snippets");
    if snippets.exists() {
        // Their directories carry a hash of their crate.
        for file in files(&snippets)? {
            table.embed(
                &file
                    .strip_prefix(site)?
                    .to_string_lossy()
                    .replace('\\', "/"),
                &fs::read(&file)?,
                Address::AsItIs,
            )?;
        }
    }
    Ok(())
}

/// Where an asset is served.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Address {
    Hashed,
    AsItIs,
}

/// The table of assets as Rust source.
struct Table {
    out: PathBuf,
    text: String,
}

impl Table {
    fn embed(&mut self, name: &str, bytes: &[u8], address: Address) -> Result<()> {
        let (stem, ending) = name
            .rsplit_once('.')
            .ok_or_else(|| format!("{name} has no ending"))?;
        let media = media(ending)
            .ok_or_else(|| format!("{name}: what media type is .{ending}? add it to build.rs"))?;
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let hashed = format!(
            "{}.{:016x}.{ending}",
            stem.replace('/', "-"),
            hasher.finish()
        );
        let path = if address == Address::Hashed {
            hashed.clone()
        } else {
            name.to_owned()
        };
        for (ending, packed) in [
            ("", bytes.to_vec()),
            (".br", brotli(bytes)?),
            (".gz", gzip(bytes)?),
        ] {
            fs::write(self.out.join(format!("{hashed}{ending}")), packed)?;
        }
        let file = self.out.join(&hashed).display().to_string();
        let (br, gz) = (format!("{file}.br"), format!("{file}.gz"));
        writeln!(
            self.text,
            "Asset {{ name: {name:?}, path: {:?}, media: {media:?}, plain: include_bytes!({file:?}), \
             brotli: include_bytes!({br:?}), gzip: include_bytes!({gz:?}) }},",
            format!("/assets/{path}")
        )?;
        Ok(())
    }
}

fn media(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// A style sheet with each `@import "file.css";` or `@import "file.css" layer(name);` replaced by what it names.
fn sheet(path: &Path) -> Result<String> {
    let folder = path.parent().ok_or("the style sheet is in a folder")?;
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut sheet = String::new();
    for line in text.lines() {
        let Some(import) = line.trim().strip_prefix("@import ") else {
            sheet.push_str(line);
            sheet.push('\n');
            continue;
        };
        let unknown = || {
            format!(
                "{}: what is {line:?}? build.rs knows @import \"file.css\" layer(name);",
                path.display()
            )
        };
        let (file, rest) = import
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
            .ok_or_else(unknown)?;
        let imported = self::sheet(&folder.join(file))?;
        match rest
            .trim()
            .strip_suffix(';')
            .map(str::trim)
            .ok_or_else(unknown)?
        {
            "" => sheet.push_str(&imported),
            layer => {
                let layer = layer
                    .strip_prefix("layer(")
                    .and_then(|rest| rest.strip_suffix(')'))
                    .ok_or_else(unknown)?;
                writeln!(sheet, "@layer {layer} {{\n{imported}}}")?;
            }
        }
    }
    Ok(sheet)
}

/// All files below a directory, sorted; hidden ones are left out.
fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?
    {
        let path = entry?.path();
        if name(&path)?.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> Result<String> {
    Ok(path
        .file_name()
        .ok_or("a file has a name")?
        .to_string_lossy()
        .into_owned())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
