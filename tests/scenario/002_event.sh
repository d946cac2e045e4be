# Notice 002, whole: before a great event, hardened or rectified, watched day and night.
. "$(dirname "$0")/lib/tap.sh"
. "$ROOT/tests/scenario/lib/notice.sh"

run_notice 002
fate 002 late "late>=5" "open<=1" "level=0"
fate 002 liar "contradictions>=2" "sent_back>=1"
fate 002 unable "planned>=1" "extended=1"
fate 002 relapse "reopened>=1" "regressed>=1"
fate 002 silent "open>=5" "accepted=0" "verified=0" "level>=2"
counts 002 "the severe is rectified, the rest hardened" "papers.rectify_notice>=10" "papers.reinforce_notice>=10"
counts 002 "nothing is drawn or scored that is not ordered" "draws.all=0" "appraisals.all=0"
papers 002 plan=1 contact_table=units status_table=units detection_result=1 reinforce_notice=notices \
    rectify_notice=notices answer=some review_opinion=some report_up=1 bulletin=1 incident_report=some \
    duty_roster=units late_list=some
plan
