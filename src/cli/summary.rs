//! The summary of a run as JSON: what was counted, for programs that watch over it. `docs/json.md` has its keys.

use std::time::Duration;

use serde_json::{Value, json};

use crate::dump::Stats;

/// Rewrites that a summary names.
const TOP: usize = 20;

/// The summary of a run over so many files, of which some were finished before.
pub(super) fn of(stats: &Stats, files: usize, skipped: u64, time: Duration) -> Value {
    let rewrites = stats.top_rewrites(TOP);
    let rewrites = rewrites.iter().map(|(from, to, count)| json!({"from": from, "to": to, "count": count}));
    json!({
        "files": files,
        "finished_before": skipped,
        "records": stats.records,
        "texts": stats.texts,
        "spun": stats.spun,
        "restored": stats.restored,
        "edits": stats.edits,
        "not_read": stats.faults,
        "bytes": stats.bytes,
        "seconds": (time.as_secs_f64() * 1e3).round() / 1e3,
        "spinners": stats.spinners,
        "confidence": stats.confidence,
        "rewrites": rewrites.collect::<Vec<_>>(),
        "version": crate::VERSION,
    })
}
