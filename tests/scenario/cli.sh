# The command line as scripts of others hold on to it.
. "$(dirname "$0")/lib/tap.sh"

exits 0 "version is printed" "$WANGXUN" --version
exits 0 "help is printed" "$WANGXUN" --help
exits 2 "no command is a usage error" "$WANGXUN"
exits 2 "an unknown command is a usage error" "$WANGXUN" inspekt
says "$WORK/err" "did you mean 'inspect'" "a mistyped command is answered with the nearest"
exits 2 "an unknown flag is a usage error" "$WANGXUN" inspect --max-pagez 3 --out "$WORK/x"
says "$WORK/err" "did you mean '--max-pages'" "a mistyped flag is answered with the nearest"
exits 2 "a flag without its value is a usage error" "$WANGXUN" inspect http://a.gov.cn/ --out
says "$WORK/err" "--out needs DIR" "the missing value is named"
exits 2 "a number that is none is a usage error" "$WANGXUN" inspect --max-pages many --out "$WORK/x" a.gov.cn
says "$WORK/err" "'many' is not a whole number" "the bad number is named"
exits 2 "inspect without --out is a usage error" "$WANGXUN" inspect a.gov.cn
exits 2 "inspect without any site is a usage error" "$WANGXUN" inspect --out "$WORK/x"
exits 2 "a level that is none is a usage error" "$WANGXUN" inspect a.gov.cn --out "$WORK/x" --fail-on awful
exits 2 "a format that is none is a usage error" "$WANGXUN" inspect a.gov.cn --out "$WORK/x" --format pdf
exits 2 "a register that is not there is named" "$WANGXUN" inspect --sites "$WORK/none.csv" --out "$WORK/x"
says "$WORK/err" "none.csv" "the missing file is named"
exits 2 "a permit that is not there is named" "$WANGXUN" inspect a.gov.cn --permit "$WORK/none.json" --out "$WORK/x"
: >"$WORK/empty.csv"
exits 2 "an empty register is refused" "$WANGXUN" inspect --sites "$WORK/empty.csv" --out "$WORK/x"
head -c 4096 /dev/urandom >"$WORK/rubbish.csv"
exits 2 "rubbish is not taken for a register" "$WANGXUN" inspect --sites "$WORK/rubbish.csv" --out "$WORK/x"
printf '%%PDF-1.7\n\0\0' >"$WORK/paper.csv"
exits 2 "a PDF called .csv is refused" "$WANGXUN" inspect --sites "$WORK/paper.csv" --out "$WORK/x"
: >"$WORK/file"
exits 2 "an output folder that is a file is refused" "$WANGXUN" inspect --out "$WORK/file/x" http://127.0.0.1:1/
check "nothing was written by refused runs" test ! -e "$WORK/x"

page=$WORK/page.html
printf '<html><body><p>政务公开</p><a href="http://bad.example.com/" style="display:none">百家乐</a></body></html>' >"$page"
exits 0 "judge reads a page from a file" "$WANGXUN" judge "$page" --url https://www.xingyuan.gov.cn/a.html
says "$WORK/out" '"rule":"hidden-link-css"' "judge finds the hidden link"
cp "$WORK/out" "$WORK/first"
"$WANGXUN" judge - --url https://www.xingyuan.gov.cn/a.html <"$page" >"$WORK/out" 2>/dev/null
check "judge reads standard input, with the same identities" \
    bash -c "diff <(grep -o '\"id\":\"[0-9a-f]*\"' $WORK/first) <(grep -o '\"id\":\"[0-9a-f]*\"' $WORK/out)"
exits 1 "judge --fail-on answers with 1" "$WANGXUN" judge "$page" --url https://www.xingyuan.gov.cn/a.html --fail-on high
"$WANGXUN" judge "$page" --url https://www.xingyuan.gov.cn/ >"$WORK/out" 2>/dev/null
check "headers that are not known are not called missing" bash -c "! grep -q 'missing-hsts\|missing-csp' $WORK/out"
exits 2 "judge without --url is a usage error" "$WANGXUN" judge "$page"
exits 2 "judge of a missing file names it" "$WANGXUN" judge "$WORK/none.html" --url http://a.gov.cn/
exits 2 "a header that is none is a usage error" "$WANGXUN" judge "$page" --url http://a.gov.cn/ --header nonsense
exits 2 "replay of a folder without a run is refused" "$WANGXUN" replay "$WORK"
exits 0 "rules are listed" "$WANGXUN" rules list
exits 0 "a rule is shown" "$WANGXUN" rules show hidden-link-css
exits 2 "an unknown rule is refused" "$WANGXUN" rules show no-such-rule
exits 0 "the samples of the built-in library hold" "$WANGXUN" rules test
exits 0 "the doctor finds what it needs" "$WANGXUN" doctor

exits 0 "the nouns are listed" "$WANGXUN" office --help
says "$WORK/out" "history list restore retire set show" "with their verbs"
exits 2 "a noun without a verb explains itself" "$WANGXUN" site
says "$WORK/out" "retire id" "by verb and ids"

# Help, manual and completions come from one table: every flag stands in all of them.
"$WANGXUN" manual >"$WORK/manual"
for shell in bash zsh fish; do "$WANGXUN" completion $shell >"$WORK/$shell"; done
missing=
for command in inspect judge replay rules doctor office; do
    for flag in $("$WANGXUN" $command --help | grep -oE '^  --[a-z-]+' | tr -d ' -' | sort -u); do
        for place in manual bash zsh fish; do
            tr -d '\\-' <"$WORK/$place" | grep -q "$flag" || missing="$missing $command:$flag:$place"
        done
    done
done
check "every flag of the help stands in the manual and the completions" test -z "$missing"
check "bash takes the completion" bash -n "$WORK/bash"
if command -v mandoc >/dev/null; then
    check "the manual page is well-formed" bash -c "mandoc -T lint -W error $WORK/manual"
fi
plan
