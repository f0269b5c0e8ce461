//! `docs/benchmarks.md`, written from what was measured.

use std::fmt::Write as _;

use super::client::Times;

/// One kind of request on one engine.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// What was asked for.
    pub name: &'static str,
    /// Over HTTP.
    pub page: Times,
    /// The same statements, bare.
    pub bare: Times,
    /// Milliseconds of processor time that the program needs for one page, and for its bare
    /// statements, where the system tells.
    pub cost: Option<(f64, f64)>,
    /// Statements of one request.
    pub statements: usize,
    /// Bytes of the answer, the largest of the variants.
    pub bytes: usize,
    /// Its costliest statements, run alone: milliseconds and where each stands.
    pub costly: Vec<(f64, String)>,
}

impl ReportRow {
    /// How many times the bare SQL the page costs, by the middle of each.
    pub fn ratio(&self) -> f64 {
        self.page.percentile(50) / self.bare.percentile(50)
    }
}

/// All of one engine.
#[derive(Debug, Clone)]
pub struct EngineReport {
    /// Name and version.
    pub engine: String,
    /// Rows of the tables that say how large the city is.
    pub rows: Vec<(&'static str, i64)>,
    /// Seconds that filling took; `None` where it was filled before.
    pub filled: Option<f64>,
    /// Milliseconds from starting the program to its first answer.
    pub start: f64,
    /// Resident memory after the requests, and the most it ever was, in MB.
    pub memory: Option<(f64, f64)>,
    /// Each kind of request.
    pub lines: Vec<ReportRow>,
}

/// What the whole run was.
#[derive(Debug, Clone)]
pub struct Report {
    /// Day of the run.
    pub day: String,
    /// The commit, as it was told.
    pub commit: String,
    /// The machine in a few words.
    pub machine: String,
    /// Clients at a time, and requests of each kind.
    pub clients: usize,
    /// Requests of each kind that were counted.
    pub requests: usize,
    /// Bytes of the program.
    pub binary: u64,
    /// Whether the program was built for release.
    pub release: bool,
    /// Each engine.
    pub engines: Vec<EngineReport>,
}

impl Report {
    /// The page.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Report { day, commit, machine, clients, requests, .. } = self;
        let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1_000_000.0);
        let build = if self.release { "release" } else { "debug (figures mean nothing)" };
        writeln!(out, "# Benchmarks\n")?;
        writeln!(out, "Written by `cargo xtask bench`; not edited by hand.\n")?;
        writeln!(out, "- {day}, commit `{commit}`, {build} build, binary {}", megabytes(self.binary))?;
        writeln!(out, "- {machine}")?;
        writeln!(
            out,
            "- {clients} clients over loopback on the same machine, each sending its next request as soon as it has \
             the answer to the last; {requests} requests of each kind counted after a tenth more to warm up\n"
        )?;
        writeln!(
            out,
            "**page** is what a client waits for: HTTP, session, posts of today, policy, row rules, audit row on \
             disk, rendered page. **bare** is the statements that the same request ran, run again by as many \
             tasks through the same driver with prepared statements and the rows thrown away, with its audit row \
             on disk. The same readers ask for the same records again and again, as on a working day: the index \
             of who has looked is written at the first time only, on both sides. The ratio compares the medians \
             of the same run; the aim is at most 3. **CPU** is the processor time of the program for one page and \
             for its bare statements, without that of the clients and of PostgreSQL, which have the same cores.\n"
        )?;
        for engine in &self.engines {
            engine.write(out)?;
        }
        Ok(())
    }
}

impl EngineReport {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "## {}\n", self.engine)?;
        let rows: Vec<String> = self.rows.iter().map(|(table, count)| format!("{count} {table}")).collect();
        writeln!(out, "- {}", rows.join(", "))?;
        if let Some(seconds) = self.filled {
            writeln!(out, "- filled in {seconds:.0} s")?;
        }
        writeln!(out, "- first answer {:.0} ms after the start of the program", self.start)?;
        if let Some((now, most)) = self.memory {
            writeln!(out, "- resident memory {now:.0} MB after the requests, {most:.0} MB at most")?;
        }
        writeln!(out)?;
        writeln!(
            out,
            "| request | page p50 | p95 | p99 | bare p50 | p95 | p99 | ratio | requests/s | CPU page | CPU bare | statements \
             | HTML |"
        )?;
        writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        for line in &self.lines {
            let ReportRow { name, page, bare, cost, statements, bytes, .. } = line;
            writeln!(
                out,
                "| {name} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} | {} | {statements} | {} |",
                page.percentile(50),
                page.percentile(95),
                page.percentile(99),
                bare.percentile(50),
                bare.percentile(95),
                bare.percentile(99),
                line.ratio(),
                page.rate(),
                cost.map_or_else(|| "— | —".to_owned(), |(page, bare)| format!("{page:.2} | {bare:.2}")),
                if *bytes == 0 { "—".to_owned() } else { format!("{:.0} kB", *bytes as f64 / 1000.0) },
            )?;
        }
        writeln!(out, "\nTimes in milliseconds. The costliest statements of one request, each run alone:\n")?;
        for line in &self.lines {
            let told: Vec<String> = line.costly.iter().map(|(time, place)| format!("{time:.2} `{place}`")).collect();
            writeln!(out, "- {}: {}", line.name, told.join(" · "))?;
        }
        writeln!(out)
    }
}
