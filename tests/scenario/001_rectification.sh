# Notice 001, whole: every site surveyed, rectified and drilled, progress told each month.
. "$(dirname "$0")/lib/tap.sh"
. "$ROOT/tests/scenario/lib/notice.sh"

run_notice 001
fate 001 late "late>=5" "open=0" "level=0"
fate 001 liar "contradictions>=2" "sent_back>=1"
fate 001 unable "planned>=1" "extended=1"
fate 001 relapse "reopened=1" "regressed>=1"
fate 001 silent "open>=5" "accepted=0" "verified=0" "level=2"
counts 001 "a survey form of each site" "papers.survey_form>=60"
counts 001 "nothing is drawn or scored that is not ordered" "draws.all=0" "appraisals.all=0"
papers 001 plan=1 issuing=1 unit_plan=units survey_form=sites survey_table=1 progress=units drill_report=units \
    detection_result=1 rectify_notice=notices rectify_plan=some review_opinion=some incident_report=some \
    unit_summary=units summary_report=1 statistics=1 late_list=some
plan
