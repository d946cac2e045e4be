# Notice 003, whole: standing duty, inspected each half-year, turns that come back.
. "$(dirname "$0")/lib/tap.sh"
. "$ROOT/tests/scenario/lib/notice.sh"

run_notice 003
fate 003 late "late>=5" "level=0"
fate 003 liar "contradictions>=2" "sent_back>=1"
fate 003 unable "planned>=1" "extended=1"
fate 003 relapse "reopened=1" "regressed>=1"
fate 003 silent "open>=5" "accepted=0" "verified=0" "level=2"
counts 003 "each half-year has its round and its bulletin" "papers.detection_result=2" "rounds>=2"
counts 003 "nothing is drawn or scored that is not ordered" "draws.all=0" "appraisals.all=0"
papers 003 plan=1 half_year_report=some detection_result=2 rectify_notice=notices review_opinion=some \
    link_approval=some review_record=some counterfeit_report=some incident_report=some recheck_list=1 \
    half_year_summary=1 late_list=some
plan
