# Sourced after tap.sh by the five notices' scenarios: one whole campaign each on a
# fictional district with a clock of its own.
LOOK="python3 $ROOT/tests/scenario/lib/notice.py"
PICTURES=$BUILD/screenshots/campaigns

# run_notice KIND [FLAG...]: runs it, and claims what holds of every kind.
run_notice() {
    local kind=$1
    shift
    mkdir -p "$PICTURES"
    exits 0 "it runs from its plan to its archive" "$WANGXUN" campaign simulate "$kind" --out "$WORK/$kind" "$@"
    tap $LOOK course "$WORK/$kind"
}
# papers KIND NAME=HOW...: exactly these; HOW is a number, "units" (one of each unit that
# is asked and answers), "sites", "notices", or "some".
papers() {
    local kind=$1
    shift
    tap $LOOK papers "$WORK/$kind" "$@"
    if [ -x /usr/bin/soffice ]; then
        tap $LOOK pages "$WORK/$kind" "$PICTURES/$kind"
    else
        ok "every paper prints on A4 with title and number # SKIP LibreOffice is not installed"
    fi
}
# fate KIND ROLE FIELD<OP>NUMBER...: how it went with one of the five characters.
fate() {
    local kind=$1
    shift
    tap $LOOK fate "$WORK/$kind" "$@"
}
# counts KIND CLAIM FIELD<OP>NUMBER...: of summary.json, such as "draws.decided=1".
counts() {
    local kind=$1
    shift
    tap $LOOK counts "$WORK/$kind" "$@"
}
