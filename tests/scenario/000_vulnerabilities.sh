# Notice 000, whole: vulnerabilities found by an agency, rectified, re-inspected, reported.
. "$(dirname "$0")/lib/tap.sh"
. "$ROOT/tests/scenario/lib/notice.sh"

exits 2 "a kind nobody knows is refused" "$WANGXUN" campaign simulate 009 --out "$WORK/none"
exits 2 "without --out nothing is run" "$WANGXUN" campaign simulate 000
run_notice 000
fate 000 late "late>=3" "open=0" "level=0"
fate 000 liar "contradictions>=2" "sent_back>=1" "open=0"
fate 000 unable "planned>=1" "extended=1" "late=0"
fate 000 relapse "reopened=1" "regressed>=1"
fate 000 silent "open>=3" "accepted=0" "verified=0" "level=2"
counts 000 "one round by the agency, one look after" "rounds=2"
counts 000 "nothing is drawn or scored that is not ordered" "draws.all=0" "appraisals.all=0" "spot_checks.all=0"
papers 000 plan=1 forwarding=1 site_table=units self_report=units source_filing=1 agreement=1 authorisation=1 \
    detection_result=1 rectify_notice=notices review_opinion=some bulletin=1 report_up=1 stop_order=1 statistics=1 late_list=some
exits 0 "another seed runs, too" "$WANGXUN" campaign simulate 000 --out "$WORK/other" --seed 2 --no-pdf
check "it gives another district" bash -c "! cmp -s '$WORK/000/summary.json' '$WORK/other/summary.json'"
check "and no PDF, as it was asked" bash -c "! ls '$WORK'/other/*.pdf 2>/dev/null"
plan
