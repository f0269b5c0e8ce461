//! The benchmark itself, on a small city: that it fills, signs in, asks for
//! every page, runs its statements bare, and reports. Never how long it takes.

use std::process::Command;

use sasae_test::{Engine, TestDb, both_engines};

const NOTHING: &[sasae_db::Migration] = &[];

both_engines! {
    migrations = NOTHING;

    async fn the_benchmark_fills_a_city_and_measures_every_kind_of_request(test: TestDb) {
        let report = test.folder.join("report.md");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sasae-bench"));
        command.env_remove("SASAE_TEST_PG").env("LANG", "ja_JP.UTF-8");
        command.args(["--size", "small", "--clients", "2", "--requests", "20"]);
        command.arg("--data").arg(test.folder.join("data")).arg("--report").arg(&report);
        if test.engine() == Engine::Postgres {
            command.args(["--without-sqlite", "--postgres", &test.url]);
        }

        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();

        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(&report).unwrap();
        let measured: Vec<Vec<&str>> = text
            .lines()
            .filter(|line| line.starts_with("| ") && !line.contains("request |"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        assert_eq!(measured.len(), 8, "{text}");
        for line in &measured {
            let figures: Vec<f64> = line[1..8].iter().map(|cell| cell.parse().unwrap()).collect();
            assert!(figures.iter().all(|figure| figure.is_finite() && *figure >= 0.0), "{line:?}");
            assert!(figures[0] <= figures[1] && figures[1] <= figures[2], "{line:?}");
            assert!(line[9..11].iter().all(|cell| *cell == "—" || cell.parse::<f64>().unwrap() >= 0.0), "{line:?}");
            assert!(line[11].parse::<usize>().unwrap() >= 3, "{line:?}");
        }
        let engine = if test.engine() == Engine::Postgres { "## PostgreSQL" } else { "## SQLite" };
        assert_eq!(text.matches("\n## ").count(), 1);
        assert!(text.contains(engine), "{text}");
    }
}
