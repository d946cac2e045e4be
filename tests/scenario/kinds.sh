#!/bin/bash
# Kinds of campaigns and forms that an office wrote itself.
. "$(dirname "$0")/lib/tap.sh"

root=$(cd "$(dirname "$0")/../.." && pwd)
exits 2 "campaign without a verb is a usage error" "$WANGXUN" campaign
exits 0 "every shipped kind and form is in order" "$WANGXUN" campaign check \
    "$root"/templates/campaigns/*.yaml "$root"/templates/forms/*.yaml
check "each of them is named" test "$(wc -l <"$WORK/out")" = \
    "$(ls "$root"/templates/campaigns/*.yaml "$root"/templates/forms/*.yaml | wc -l)"
sed 's/by: 2016-07-08/by: 2016-06-31/' "$root/templates/campaigns/004.yaml" >"$WORK/own.yaml"
exits 2 "an impossible date is refused" "$WANGXUN" campaign check "$WORK/own.yaml"
line=$(grep -n -m1 2016-06-31 "$WORK/own.yaml" | cut -d: -f1)
says "$WORK/err" "own.yaml:$line:" "the message names the line"
says "$WORK/err" "'2016-06-31'" "and what stands there"
sed 's/form: outline_004/form: ours/' "$root/templates/campaigns/004.yaml" >"$WORK/own.yaml"
exits 2 "a form nobody has is refused" "$WANGXUN" campaign check "$WORK/own.yaml"
sed 's/^form: outline_004/form: ours/' "$root/templates/forms/outline_004.yaml" >"$WORK/ours.yaml"
exits 0 "unless it is checked beside" "$WANGXUN" campaign check "$WORK/own.yaml" "$WORK/ours.yaml"
exits 2 "a file that is not there is named" "$WANGXUN" campaign check "$WORK/none.yaml"
says "$WORK/err" "none.yaml" "by its path"
head -c 2097152 /dev/zero >"$WORK/big.yaml"
exits 2 "a huge file is refused" "$WANGXUN" campaign check "$WORK/big.yaml"
plan
