# Notice 004, whole: self-inspection, two rounds, spot checks drawn by lot, scores, appeal.
. "$(dirname "$0")/lib/tap.sh"
. "$ROOT/tests/scenario/lib/notice.sh"

run_notice 004
fate 004 late "late>=3" "open=0" "level=0"
fate 004 liar "contradictions>=2" "sent_back>=1"
fate 004 unable "planned>=1" "extended=1"
fate 004 relapse "reopened=1" "regressed>=1"
fate 004 silent "open>=2" "accepted=0" "verified=0" "level=2"
counts 004 "the draw is decided, each that was drawn is checked and signs" "draws.decided=1" \
    "spot_checks.signed>=8" "spot_checks.planned=0"
counts 004 "each unit is scored, one appeals, all is final" "evaluations.final=1" "appraisals.final>=20" \
    "appraisals.told=0" "appeals=1"
tap $LOOK scores "$WORK/004"
papers 004 plan=1 self_report=units result_table=units first_result=1 report_up=1 second_result=1 \
    rectify_notice=notices answer=some review_opinion=some spot_list=1 spot_sheet=some evaluation=units \
    performance=1 bulletin=1 summary_report=1 agreement=1 authorisation=1 late_list=some
exits 0 "it runs again" "$WANGXUN" campaign simulate 004 --out "$WORK/again"
check "the same seed gives the same bytes, PDF and all" diff -r "$WORK/004" "$WORK/again"
plan
