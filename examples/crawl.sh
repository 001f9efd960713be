#!/usr/bin/env bash
# Restores the files of a crawl, one after the other as they are fetched: their paths come on standard input.
#
#   zcat wet.paths.gz | examples/crawl.sh restored/ 'curl -sSf --retry 5 https://data.commoncrawl.org/{}'
#   zcat wet.paths.gz | JOBS=8 examples/crawl.sh restored/ 'aws s3 cp s3://commoncrawl/{} -' --min-confidence 0.8
#
# The second argument is the command that writes a file to standard output, {} its path; those after it go to the cleaner.
# JOBS files are done at a time (one a core if left out), each with one thread. Nothing is stored but the results.
#
# A result has its name once its file was fetched to the end and cleaned: run the same call again after a crash, and what
# is there stays. A file that could not be fetched, read or written is named, and the status is 1 in the end.
# UNSPIN is the cleaner; target/release/unspin clean if left out.
set -euo pipefail

out=${1:?the folder of the results} fetch=${2:?the command that fetches a path}
shift 2
export OUT=$out FETCH=$fetch
export UNSPIN=${UNSPIN:-$(dirname "$0")/../target/release/unspin clean}
mkdir -p "$out"

one() {
    path=$1
    shift
    result=$OUT/$path
    [ -e "$result" ] && return 0
    mkdir -p "$(dirname "$result")"
    # The name decides over the compression of the result; it is not the final one.
    part=$(dirname "$result")/.part-$(basename "$result")
    case $path in *.warc.wet*) format=wet ;; *.warc*) format=warc ;; *) format=${path%.gz}; format=${format##*.} ;; esac
    set +e
    eval "${FETCH//\{\}/$(printf %q "$path")}" | $UNSPIN - --format "$format" -o "$part" --threads 1 --quiet "$@"
    status=("${PIPESTATUS[@]}")
    set -e
    # 1 says that some records passed unread: the result is whole.
    if [ "${status[0]}" = 0 ] && [ "${status[1]}" -le 1 ]; then
        mv "$part" "$result"
    else
        rm -f "$part"
        echo "$path: fetched with ${status[0]}, cleaned with ${status[1]}" >&2
        return 1
    fi
}
export -f one

tr '\n' '\0' | xargs -0 -P "${JOBS:-$(nproc)}" -I{} bash -c 'one "$@"' one {} "$@" || exit 1
