use super::*;
use crate::script::ScriptPiece;

/// `go build ./...`, with `<…>` around what nobody knows.
fn shown(text: &ScriptText) -> String {
    let pieces = text.0.iter().map(|piece| match piece {
        ScriptPiece::Literal(text) => text.replace('\n', "|"),
        ScriptPiece::Variable { name, .. } => format!("${}", name.trim_start_matches('$')),
        ScriptPiece::Expression { inner, .. } => format!("${{{{{inner}}}}}"),
        ScriptPiece::Unknown(text) => format!("<{text}>"),
    });
    pieces.collect()
}

/// `3 A=b go build ?`; `?` behind a command that may not be run, `$` behind one that is substituted.
fn commands(reading: &ScriptReading) -> Vec<String> {
    let command = |one: &ScriptCommand| {
        let assignments = one.assignments.iter().map(|(name, value)| format!("{name}={}", shown(value)));
        let marks = [(one.conditional, "?"), (one.substituted, "$")];
        let marks = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| (*mark).to_owned());
        let words = assignments.chain(one.words.iter().map(shown)).chain(marks);
        format!("{} {}", one.span.line, words.collect::<Vec<_>>().join(" "))
    };
    reading.commands.iter().map(command).collect()
}

/// `1:5 X sh default`.
fn variables(reading: &ScriptReading) -> Vec<String> {
    let variable = |one: &VariableUse| {
        let syntax = match one.syntax {
            VariableSyntax::Sh => "sh",
            VariableSyntax::PowerShell => "ps",
            VariableSyntax::PowerShellEnv => "env",
            VariableSyntax::Cmd => "cmd",
            VariableSyntax::Expression => "expression",
        };
        let marks = [(one.has_default, " default"), (one.tested, " tested"), (one.set_before, " set")];
        let marks: String = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| *mark).collect();
        format!("{}:{} {} {syntax}{marks}", one.span.line, one.span.column, one.name)
    };
    reading.variables.iter().map(variable).collect()
}

/// `1:8 Env sh >> Redirect`.
fn writes(reading: &ScriptReading) -> Vec<String> {
    let write = |one: &RunnerFileWrite| {
        let how = if one.append { ">>" } else { ">" };
        let encoding = one.encoding.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let (line, column) = (one.named.line, one.named.column);
        format!("{line}:{column} {:?} {:?} {how} {:?}{encoding}", one.file, one.syntax, one.way)
    };
    reading.file_writes.iter().map(write).collect()
}

/// A script of bash, then its commands, its variables and its writes to the runner's files.
type ScriptRow = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const BASH: &[ScriptRow] = &[
    ("go build ./...", &["1 go build ./..."], &[], &[]),
    (
        "GOOS=linux GOARCH=\"$a\" go install x@latest",
        &["1 GOOS=linux GOARCH=$a go install x@latest"],
        &["1:20 a sh"],
        &[],
    ),
    ("X=1\nX+=/b\nY=~/go:$X", &["1 X=1", "2 X=$X/b", "3 Y=$HOME/go:$X"], &["3:8 X sh set"], &[]),
    (
        "echo \"X=$y\" >> \"$GITHUB_ENV\"",
        &["1 echo X=$y"],
        &["1:9 y sh", "1:17 GITHUB_ENV sh"],
        &["1:16 Env Sh >> Redirect"],
    ),
    ("echo a > ${GITHUB_PATH}", &["1 echo a"], &["1:10 GITHUB_PATH sh"], &["1:10 Path Sh > Redirect"]),
    (
        "{ echo a; echo b; } >> \"$GITHUB_OUTPUT\"",
        &["1 echo a", "1 echo b"],
        &["1:25 GITHUB_OUTPUT sh"],
        &["1:24 Output Sh >> Redirect"],
    ),
    (
        "if [ -n \"$X\" ]; then\n  cat >> $GITHUB_ENV <<EOF\nA=1\nB=$HOME/b\nEOF\nfi\ngo vet",
        &["2 cat ?", "7 go vet"],
        &["1:10 X sh tested", "2:10 GITHUB_ENV sh", "4:3 HOME sh"],
        &["2:10 Env Sh >> Redirect"],
    ),
    (
        "cat <<'EOF' | tee -a \"$GITHUB_ENV\"\nA=$x\nEOF\n",
        &["1 cat", "1 tee -a $GITHUB_ENV"],
        &["1:23 GITHUB_ENV sh"],
        &["1:22 Env Sh >> Tee"],
    ),
    (
        "echo a | sudo tee $GITHUB_STEP_SUMMARY",
        &["1 echo a", "1 sudo tee $GITHUB_STEP_SUMMARY"],
        &["1:19 GITHUB_STEP_SUMMARY sh"],
        &["1:19 Summary Sh > Tee"],
    ),
    ("a && b || c; d", &["1 a", "1 b ?", "1 c ?", "1 d"], &[], &[]),
    ("if a; then b; elif c; then d; else e; fi", &["1 a", "1 b ?", "1 c ?", "1 d ?", "1 e ?"], &[], &[]),
    ("for i in 1 \"$n\"; do\n  go test $i\ndone", &["2 go test $i ?"], &["1:13 n sh", "2:11 i sh set"], &[]),
    (
        "while read -r l; do echo $l $z; z=1; done < f",
        &["1 read -r l", "1 echo $l $z ?", "1 z=1 ?"],
        &["1:26 l sh set", "1:29 z sh set"],
        &[],
    ),
    ("f() {\n  echo $v\n}\nv=1\nf", &["2 echo $v", "4 v=1", "5 f"], &["2:8 v sh set"], &[]),
    ("f() { go vet; return; }; f", &["1 go vet ?", "1 return ?", "1 f"], &[], &[]),
    ("f() { go vet; }; true && f", &["1 go vet ?", "1 true", "1 f ?"], &[], &[]),
    ("for x in a \"b\"; do go vet; done", &["1 go vet"], &[], &[]),
    ("for x in a; do go vet || break; done", &["1 go vet ?", "1 break ?"], &[], &[]),
    ("for x in *; do go vet; done", &["1 go vet ?"], &[], &[]),
    ("echo $v\nv=1\necho $v", &["1 echo $v", "2 v=1", "3 echo $v"], &["1:6 v sh", "3:6 v sh set"], &[]),
    ("function f() { go vet; }", &["1 go vet ?"], &[], &[]),
    (
        "case \"$x\" in\n  a|b) go vet ;;\n  *) go test ;;\nesac",
        &["2 go vet ?", "3 go test ?"],
        &["1:7 x sh tested"],
        &[],
    ),
    (
        "export A=1 B\nexport PATH=$PATH:$A/bin:$B",
        &["1 export A=1 B", "2 export PATH=$PATH:$A/bin:$B"],
        &["2:13 PATH sh set", "2:19 A sh set", "2:26 B sh set"],
        &[],
    ),
    ("export $(cat .env)\necho $q", &["1 export <$(cat .env)>", "1 cat .env $", "2 echo $q"], &["2:6 q sh set"], &[]),
    (
        "echo $q; source ./env; echo $q",
        &["1 echo $q", "1 source ./env", "1 echo $q"],
        &["1:6 q sh", "1:29 q sh set"],
        &[],
    ),
    ("x=$(go env GOPATH)/bin", &["1 x=<$(go env GOPATH)>/bin", "1 go env GOPATH $"], &[], &[]),
    ("echo `pwd` <(a)", &["1 echo <`pwd`> <<(a)>", "1 pwd $", "1 a $"], &[], &[]),
    (
        "echo \"${A:-d}${B-d}${C:=d}${D:+d}${E:?e}${F}\"; echo $C",
        &["1 echo <${A:-d}><${B-d}><${C:=d}><${D:+d}><${E:?e}>$F", "1 echo $C"],
        &[
            "1:7 A sh default",
            "1:14 B sh default",
            "1:20 C sh default",
            "1:27 D sh default",
            "1:34 E sh tested",
            "1:41 F sh",
            "1:53 C sh set",
        ],
        &[],
    ),
    (
        "echo ${#A} ${A[0]} ${A%/*} ${!A} \"${A[@]}\"",
        &["1 echo <${#A}> <${A[0]}> <${A%/*}> <${!A}> <${A[@]}>"],
        &["1:6 A sh", "1:12 A sh", "1:20 A sh", "1:28 A sh", "1:35 A sh"],
        &[],
    ),
    (
        "test -z \"$A\" && [[ -d $B ]] && [ $C = x ]",
        &["1 test -z $A"],
        &["1:10 A sh tested", "1:23 B sh tested", "1:34 C sh tested"],
        &[],
    ),
    ("[ \"$(basename $A)\" = x ]", &["1 basename $A $"], &["1:15 A sh"], &[]),
    ("! go vet", &["1 go vet"], &[], &[]),
    ("(cd x && go vet) & wait", &["1 cd x", "1 go vet ?", "1 wait"], &[], &[]),
    ("go build \\\n  -o x \\\n  ./... # go vet", &["1 go build -o x ./..."], &[], &[]),
    ("echo a \\\n  >> $GITHUB_ENV", &["1 echo a"], &["2:6 GITHUB_ENV sh"], &["2:6 Env Sh >> Redirect"]),
    (
        "printf 'X=%s\\n' \"$d\" >> $GITHUB_ENV",
        &["1 printf X=%s\\n $d"],
        &["1:18 d sh", "1:25 GITHUB_ENV sh"],
        &["1:25 Env Sh >> Redirect"],
    ),
    ("read A B <<< \"$x\"; echo $A", &["1 read A B", "1 echo $A"], &["1:15 x sh", "1:25 A sh set"], &[]),
    ("cat >> $GITHUB_ENV <<< A=1", &["1 cat"], &["1:8 GITHUB_ENV sh"], &["1:8 Env Sh >> Redirect"]),
    (
        "f=\"$GITHUB_ENV\"\necho a >> \"$f\"",
        &["1 f=$GITHUB_ENV", "2 echo a"],
        &["1:4 GITHUB_ENV sh", "2:12 f sh set"],
        &["2:11 Env Sh >> Redirect"],
    ),
    ("echo a >> ${{ github.env }}", &["1 echo a"], &[], &["1:11 Env Expression >> Redirect"]),
    (
        "go install ${{ inputs.tool }}@v${{ matrix.v }} $X${{ y }}",
        &["1 go install ${{ inputs.tool }}@v${{ matrix.v }} $X${{ y }}"],
        &["1:48 X sh"],
        &[],
    ),
    ("if [ '${{ x }}' = 'true' ]; then\n  ${{ inputs.run }} --x\nfi", &["2 ${{ inputs.run }} --x ?"], &[], &[]),
    (
        "go env -w GOBIN=\"$HOME/b\" GOFLAGS=-mod=mod",
        &["1 go env -w GOBIN=$HOME/b GOFLAGS=-mod=mod"],
        &["1:18 HOME sh"],
        &[],
    ),
    (
        "env GOOS=js sudo -E /usr/local/go/bin/go install x",
        &["1 env GOOS=js sudo -E /usr/local/go/bin/go install x"],
        &[],
        &[],
    ),
    (
        "go test ./... 2>&1 | tee out.txt; exit ${PIPESTATUS[0]}",
        &["1 go test ./...", "1 tee out.txt", "1 exit <${PIPESTATUS[0]}>"],
        &["1:40 PIPESTATUS sh set"],
        &[],
    ),
    (
        "cat <<EOF > f\n x $(go env GOROOT) $((1+2)) $X \\$Y\nEOF\ngo vet",
        &["1 cat", "2 go env GOROOT $", "4 go vet"],
        &["2:30 X sh"],
        &[],
    ),
    (
        "cat << EOF >> $GITHUB_ENV && go vet\nA=1\nEOF\ngo run .",
        &["1 cat", "1 go vet ?", "4 go run ."],
        &["1:15 GITHUB_ENV sh"],
        &["1:15 Env Sh >> Redirect"],
    ),
    (
        "local x; unset y; declare -r z=1; readonly w",
        &["1 local x", "1 unset y", "1 declare -r z=1", "1 readonly w"],
        &[],
        &[],
    ),
    (
        "$cmd a; \"${X}\" b; ~/go/bin/tool c",
        &["1 $cmd a", "1 $X b", "1 $HOME/go/bin/tool c"],
        &["1:1 cmd sh", "1:10 X sh"],
        &[],
    ),
    ("echo '$A' \\$B \"\\$C\"", &["1 echo $A $B $C"], &[], &[]),
    (
        "printf -v out '%s' x; echo $out; mapfile -t l < f; echo \"${l[@]}\"",
        &["1 printf -v out %s x", "1 echo $out", "1 mapfile -t l", "1 echo <${l[@]}>"],
        &["1:28 out sh set", "1:58 l sh set"],
        &[],
    ),
    // The syntax of other shells.
    ("echo A=1 >> $env:GITHUB_ENV", &["1 echo A=1"], &["1:13 GITHUB_ENV env"], &["1:13 Env PowerShellEnv >> Redirect"]),
    (
        "echo A=1 >> \"$Env:GITHUB_PATH\"",
        &["1 echo A=1"],
        &["1:14 GITHUB_PATH env"],
        &["1:13 Path PowerShellEnv >> Redirect"],
    ),
    (
        "echo A=1 >> ${env:GITHUB_ENV}",
        &["1 echo A=1"],
        &["1:13 GITHUB_ENV env"],
        &["1:13 Env PowerShellEnv >> Redirect"],
    ),
    ("echo A=1 >> %GITHUB_ENV%", &["1 echo A=1"], &["1:13 GITHUB_ENV cmd"], &["1:13 Env Cmd >> Redirect"]),
    (
        "\"A=1\" | Out-File -FilePath $env:GITHUB_ENV -Encoding UTF8 -Append",
        &["1 A=1", "1 Out-File -FilePath $env:GITHUB_ENV -Encoding UTF8 -Append"],
        &["1:28 GITHUB_ENV env"],
        &["1:28 Env PowerShellEnv >> OutFile utf8"],
    ),
    (
        "docker push x/$env:latest; date +%Y%m%d; env=a; echo $env:PROD",
        &["1 docker push x/$env:latest", "1 date +%Y%m%d", "1 env=a", "1 echo $env:PROD"],
        &["1:15 env sh", "1:54 PROD env set"],
        &[],
    ),
    ("# %GOPATH% $X\necho %GOPATH%", &["2 echo %GOPATH%"], &["2:6 GOPATH cmd"], &[]),
    ("echo é $X", &["1 echo é $X"], &["1:8 X sh"], &[]),
];

/// What is not as a table says, row by row.
fn differences(shell: ScriptShell, rows: &[ScriptRow]) -> String {
    let mut found = String::new();
    for (script, want, uses, files) in rows {
        let reading = read(shell, script);
        for (got, want) in [(commands(&reading), want), (variables(&reading), uses), (writes(&reading), files)] {
            if got != **want {
                found += &format!("{script}\n  is   {got:?}\n  want {want:?}\n");
            }
        }
        if !reading.syntax_is_known {
            found += &format!("{script}\n  is unknown\n");
        }
    }
    found
}

#[test]
fn bash_is_read_over_its_tree() {
    let found = differences(ScriptShell::Bash, BASH);
    assert!(found.is_empty(), "{found}");
}

const POWERSHELL: &[ScriptRow] = &[
    ("set GOPATH=%HOME%\\go", &["1 set GOPATH=%HOME%\\go"], &["1:12 HOME cmd"], &[]),
    (
        "mkdir $Env:USERPROFILE\\h\necho $Env:USERPROFILE\\h >> $Env:GITHUB_PATH",
        &["1 mkdir $USERPROFILE\\h", "2 echo $USERPROFILE\\h"],
        &["1:7 USERPROFILE env", "2:6 USERPROFILE env", "2:28 GITHUB_PATH env"],
        &["2:28 Path PowerShellEnv >> Redirect"],
    ),
    ("go build ./...", &["1 go build ./..."], &[], &[]),
    (
        "\"X=$y\" | Out-File -FilePath $env:GITHUB_ENV -Append",
        &["1 Out-File -FilePath $GITHUB_ENV -Append"],
        &["1:4 y ps", "1:29 GITHUB_ENV env"],
        &["1:29 Env PowerShellEnv >> OutFile"],
    ),
    (
        "echo \"A=1\" | Out-File $Env:GITHUB_PATH -Encoding UTF8 -Append",
        &["1 echo A=1", "1 Out-File $GITHUB_PATH -Encoding UTF8 -Append"],
        &["1:23 GITHUB_PATH env"],
        &["1:23 Path PowerShellEnv >> OutFile utf8"],
    ),
    ("\"A=1\" >> $env:GITHUB_ENV", &[], &["1:10 GITHUB_ENV env"], &["1:10 Env PowerShellEnv >> Redirect"]),
    (
        "echo A=1 > \"${env:GITHUB_OUTPUT}\"",
        &["1 echo A=1"],
        &["1:13 GITHUB_OUTPUT env"],
        &["1:12 Output PowerShellEnv > Redirect"],
    ),
    (
        "Add-Content -Path $env:GITHUB_ENV -Value \"A=$env:X\"",
        &["1 Add-Content -Path $GITHUB_ENV -Value A=$X"],
        &["1:19 GITHUB_ENV env", "1:45 X env"],
        &["1:19 Env PowerShellEnv >> AddContent"],
    ),
    (
        "Set-Content $env:GITHUB_ENV 'A=1'",
        &["1 Set-Content $GITHUB_ENV A=1"],
        &["1:13 GITHUB_ENV env"],
        &["1:13 Env PowerShellEnv > SetContent"],
    ),
    (
        "Add-Content x.txt -Value $env:GITHUB_ENV",
        &["1 Add-Content x.txt -Value $GITHUB_ENV"],
        &["1:26 GITHUB_ENV env"],
        &[],
    ),
    (
        "'a' | Tee-Object -FilePath $env:GITHUB_STEP_SUMMARY -Append | Out-Null",
        &["1 Tee-Object -FilePath $GITHUB_STEP_SUMMARY -Append", "1 Out-Null"],
        &["1:28 GITHUB_STEP_SUMMARY env"],
        &["1:28 Summary PowerShellEnv >> TeeObject"],
    ),
    (
        "@\"\nA=$env:X\nB=$(go env Y)\n\"@ | Out-File $env:GITHUB_ENV -Append",
        &["3 go env Y $", "4 Out-File $GITHUB_ENV -Append"],
        &["2:3 X env", "4:15 GITHUB_ENV env"],
        &["4:15 Env PowerShellEnv >> OutFile"],
    ),
    ("@'\nA=$x\n'@ >> $env:GITHUB_ENV", &[], &["3:7 GITHUB_ENV env"], &["3:7 Env PowerShellEnv >> Redirect"]),
    (
        "$f = $env:GITHUB_ENV\n\"A=1\" >> $f",
        &[],
        &["1:6 GITHUB_ENV env", "2:10 f ps set"],
        &["2:10 Env PowerShellEnv >> Redirect"],
    ),
    (
        "[System.IO.File]::AppendAllText($env:GITHUB_ENV, \"A=1`n\")",
        &[],
        &["1:33 GITHUB_ENV env"],
        &["1:33 Env PowerShellEnv >> FileMethod"],
    ),
    (
        "$env:GOBIN = \"C:\\b\"; go install x@latest\necho $env:GOBIN $env:GOPATH",
        &["1 go install x@latest", "2 echo $GOBIN $GOPATH"],
        &["2:6 GOBIN env set", "2:17 GOPATH env"],
        &[],
    ),
    (
        "if ($env:X) { go install x } elseif ($y -eq 1) { a } else { b }\nc",
        &["1 go install x ?", "1 a ?", "1 b ?", "2 c"],
        &["1:5 X env tested", "1:38 y ps tested"],
        &[],
    ),
    (
        "foreach ($i in 1..3) {\n  go test ./$i/...\n}",
        &["2 go test ./$i/... ?"],
        &["1:10 i ps set", "2:13 i ps set"],
        &[],
    ),
    ("a && b || c", &["1 a", "1 b ?", "1 c ?"], &[], &[]),
    (
        "$x = go env GOPATH\n$y = \"$(go env GOBIN)\" + (go env X)",
        &["1 go env GOPATH", "2 go env GOBIN $", "2 go env X $"],
        &[],
        &[],
    ),
    ("go build `\n  -o x `\n  ./... # go vet\n<# go vet #>", &["1 go build -o x ./..."], &[], &[]),
    (
        "go test -tags=a,b -count=1 -coverprofile=\"c $x.txt\" -timeout 30m --foo=bar ./...",
        &["1 go test -tags=a,b -count=1 -coverprofile=c $x.txt -timeout 30m --foo=bar ./..."],
        &["1:45 x ps"],
        &[],
    ),
    (
        "go build -o $env:T/x$(go env GOEXE) -ldflags=\"-X main.v=$v\" .",
        &["1 go build -o $T/x<$(go env GOEXE)> -ldflags=-X main.v=$v .", "1 go env GOEXE $"],
        &["1:13 T env", "1:57 v ps"],
        &[],
    ),
    (
        "cd x && ./y.exe -- --z; .\\w.exe; & \"C:\\a b.exe\" c",
        &["1 cd x", "1 ./y.exe -- --z ?", "1 .\\w.exe", "1 C:\\a b.exe c"],
        &[],
        &[],
    ),
    (". ./env.ps1; echo $q $env:Q", &["1 ./env.ps1", "1 echo $q $Q"], &["1:19 q ps set", "1:22 Q env set"], &[]),
    (
        "function F($a) {\n  echo $a $b\n}\n$b = 1\nF",
        &["2 echo $a $b ?", "5 F"],
        &["1:12 a ps set", "2:8 a ps set", "2:11 b ps set"],
        &[],
    ),
    ("try { a } catch { b } finally { c }", &["1 a", "1 b ?", "1 c"], &[], &[]),
    (
        "Get-ChildItem | ForEach-Object { go vet $_ }",
        &["1 Get-ChildItem", "1 ForEach-Object <{ go vet $_ }>", "1 go vet $_ ?"],
        &["1:41 _ ps set"],
        &[],
    ),
    (
        "if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }",
        &[],
        &["1:5 LASTEXITCODE ps tested set", "1:33 LASTEXITCODE ps set"],
        &[],
    ),
    (
        "go install ${{ inputs.tool }}@v${{ matrix.v }} \"${{ x }}\"",
        &["1 go install ${{ inputs.tool }}@v${{ matrix.v }} ${{ x }}"],
        &[],
        &[],
    ),
    ("\"A=1\" >> ${{ github.env }}", &[], &[], &["1:10 Env Expression >> Redirect"]),
    ("go env -w GOBIN=C:\\b GOFLAGS=-mod=mod", &["1 go env -w GOBIN=C:\\b GOFLAGS=-mod=mod"], &[], &[]),
    ("$h = @{ A = 1; B = $x }\n$env:Path = \"C:\\x;\" + $env:Path", &[], &["1:20 x ps", "2:23 Path env"], &[]),
    (
        "$script:x = 1; echo $global:x \"$x`$y ${z}\"",
        &["1 echo <$global:x> $x$y $z"],
        &["1:21 x ps set", "1:32 x ps set", "1:38 z ps"],
        &[],
    ),
    (
        "go vet 2>$null | Out-Null; go vet *>> $env:GITHUB_STEP_SUMMARY",
        &["1 go vet", "1 Out-Null", "1 go vet"],
        &["1:10 null ps set", "1:39 GITHUB_STEP_SUMMARY env"],
        &["1:39 Summary PowerShellEnv >> Redirect"],
    ),
    // The syntax of other shells.
    ("echo \"A=1\" >> $GITHUB_ENV", &["1 echo A=1"], &["1:15 GITHUB_ENV ps"], &["1:15 Env PowerShell >> Redirect"]),
    (
        "echo \"A=1\" >> \"$GITHUB_PATH\"",
        &["1 echo A=1"],
        &["1:16 GITHUB_PATH ps"],
        &["1:15 Path PowerShell >> Redirect"],
    ),
    (
        "echo A=1 | tee -a ${GITHUB_ENV}",
        &["1 echo A=1", "1 tee -a $GITHUB_ENV"],
        &["1:19 GITHUB_ENV ps"],
        &["1:19 Env PowerShell >> TeeObject"],
    ),
    ("echo A=1 >> %GITHUB_ENV%", &["1 echo A=1"], &["1:13 GITHUB_ENV cmd"], &["1:13 Env Cmd >> Redirect"]),
    ("echo A=$PATH:$HOME", &["1 echo A=<$PATH:$HOME>"], &["1:8 PATH ps", "1:14 HOME ps set"], &[]),
];

#[test]
fn powershell_is_read_over_its_tree() {
    let found = differences(ScriptShell::PowerShell, POWERSHELL);
    assert!(found.is_empty(), "{found}");
}

const CMD: &[ScriptRow] = &[
    (">> \"%GITHUB_ENV%\" (\n  echo A=1\n)", &["2 echo A=1"], &["1:5 GITHUB_ENV cmd"], &["1:4 Env Cmd >> Redirect"]),
    ("powershell -Command \"go vet; $x\"", &["1 powershell -Command go vet; $x"], &[], &[]),
    ("go build ./...\r\ngo vet", &["1 go build ./...", "2 go vet"], &[], &[]),
    ("echo X=y>>%GITHUB_ENV%", &["1 echo X=y"], &["1:11 GITHUB_ENV cmd"], &["1:11 Env Cmd >> Redirect"]),
    (
        "@echo off\n@echo X=%Y%\\b >> \"%GITHUB_PATH%\"",
        &["1 echo off", "2 echo X=$Y\\b"],
        &["2:9 Y cmd", "2:19 GITHUB_PATH cmd"],
        &["2:18 Path Cmd >> Redirect"],
    ),
    (">>%GITHUB_ENV% echo A=1", &["1 echo A=1"], &["1:3 GITHUB_ENV cmd"], &["1:3 Env Cmd >> Redirect"]),
    (
        "(\n  echo A=1\n  echo B=2\n) > %GITHUB_OUTPUT%",
        &["2 echo A=1", "3 echo B=2"],
        &["4:5 GITHUB_OUTPUT cmd"],
        &["4:5 Output Cmd > Redirect"],
    ),
    (
        "set GOBIN=C:\\b\nset \"GOFLAGS=-v -x\" & go env %GOBIN% %GOPATH%",
        &["1 set GOBIN=C:\\b", "2 set GOFLAGS=-v -x", "2 go env $GOBIN $GOPATH"],
        &["2:30 GOBIN cmd set", "2:38 GOPATH cmd"],
        &[],
    ),
    ("if \"%X%\"==\"a\" go vet\ngo test", &["1 go vet ?", "2 go test"], &["1:5 X cmd tested"], &[]),
    (
        "if not defined X (\n  go vet\n) else (\n  go test\n)\ngo run .",
        &["2 go vet ?", "4 go test ?", "6 go run ."],
        &[],
        &[],
    ),
    ("if exist f if /i %X% == a (go vet) else go test", &["1 go vet ?", "1 go test ?"], &["1:18 X cmd tested"], &[]),
    (
        "if %ERRORLEVEL% neq 0 exit /b %ERRORLEVEL%",
        &["1 exit /b $ERRORLEVEL ?"],
        &["1:4 ERRORLEVEL cmd tested set", "1:31 ERRORLEVEL cmd set"],
        &[],
    ),
    (
        "for %%i in (a b) do go test %%i\nfor /f \"tokens=*\" %%a in ('go env GOPATH') do set P=%%a\necho %P%",
        &["1 go test %i ?", "2 set P=%a ?", "3 echo $P"],
        &["3:6 P cmd set"],
        &[],
    ),
    ("go vet && go test || exit 1 & go run .", &["1 go vet", "1 go test ?", "1 exit 1 ?", "1 go run . ?"], &[], &[]),
    (
        "go test ./... 2>&1 | tee -a %GITHUB_STEP_SUMMARY%",
        &["1 go test ./...", "1 tee -a $GITHUB_STEP_SUMMARY"],
        &["1:29 GITHUB_STEP_SUMMARY cmd"],
        &["1:29 Summary Cmd >> Tee"],
    ),
    ("go build ^\n  -o x ^\n  ./...\nrem go vet %X%\n:: go vet", &["1 go build -o x ./..."], &[], &[]),
    (
        "call vcvars.bat\necho %VCToolsVersion%",
        &["1 call vcvars.bat", "2 echo $VCToolsVersion"],
        &["2:6 VCToolsVersion cmd set"],
        &[],
    ),
    (
        ":again\necho %X%\nset X=1\ngoto again",
        &["2 echo $X ?", "3 set X=1 ?", "4 goto again ?"],
        &["2:6 X cmd set"],
        &[],
    ),
    (
        "echo %PATH:a=b% %X:~0,3% %1 %~dp0 50%",
        &["1 echo <%>PATH:a=b<%> <%>X:~0,3<%> <%>1 <%>~dp0 50<%>"],
        &["1:6 PATH cmd", "1:17 X cmd"],
        &[],
    ),
    (
        "setlocal EnableDelayedExpansion\necho !X! a!",
        &["1 setlocal EnableDelayedExpansion", "2 echo <!>X<!> a<!>"],
        &["2:6 X cmd"],
        &[],
    ),
    (
        "echo A=${{ runner.temp }}>>%GITHUB_ENV%",
        &["1 echo A=${{ runner.temp }}"],
        &["1:28 GITHUB_ENV cmd"],
        &["1:28 Env Cmd >> Redirect"],
    ),
    ("echo a^&b \"c & d\" > f", &["1 echo a&b c & d"], &[], &[]),
    // The syntax of other shells.
    ("echo A=1 >> $GITHUB_ENV", &["1 echo A=1"], &["1:13 GITHUB_ENV sh"], &["1:13 Env Sh >> Redirect"]),
    ("echo A=1 >> \"${GITHUB_ENV}\"", &["1 echo A=1"], &["1:14 GITHUB_ENV sh"], &["1:13 Env Sh >> Redirect"]),
    ("echo A=1 >> $env:GITHUB_ENV", &["1 echo A=1"], &["1:13 GITHUB_ENV env"], &["1:13 Env PowerShellEnv >> Redirect"]),
];

#[test]
fn cmd_is_read_line_by_line() {
    let found = differences(ScriptShell::Cmd, CMD);
    assert!(found.is_empty(), "{found}");
}

/// Scripts of any form come to an end, within their text, and in a time that a test does not notice.
#[test]
fn hostile_scripts_come_to_an_end() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(2_000), close.repeat(2_000));
    let mut scripts = vec![
        deep("{ ", "}\n"),
        deep("( ", ")"),
        deep("if true; then ", "; fi"),
        deep("\"$(", ")\""),
        deep("${x:-", "}"),
        "(".repeat(1_000_000),
        "a".repeat(1 << 20),
        "for %%i in (x) do ".repeat(3_000),
        "if x==y ".repeat(4_000),
        "cat <<A <<B <<C <<D\n".repeat(2_000),
        format!("{}{}", "A=1 ".repeat(5_000), "x ".repeat(5_000)),
        format!("x {}", "$y/é\u{0}".repeat(10)),
        "export $(a) A=\"$b\" ".repeat(1_000),
    ];
    let pieces = [
        "'${{ x }}",
        "${{",
        "|&;()<>",
        "a=(",
        "if (x) {",
        "<<<",
        "@\"\n${ $( ",
        "$'",
        "case x in\n",
        "f() {\n",
        "`",
        "\\",
        "%X% ",
        "^\r\n",
        "é$x:",
        "> $GITHUB_ENV ",
        "@{ a = ",
        "$x.y[",
        "<(",
        "[[ ",
        "$((1+",
        "-a=\"",
        "\r\n\t",
        ") else (",
        "!x!",
    ];
    scripts.extend(pieces.iter().map(|piece| piece.repeat(4_000 / piece.len())));
    for script in scripts {
        for shell in [ScriptShell::Bash, ScriptShell::PowerShell, ScriptShell::Cmd] {
            let reading = read(shell, &script);
            let spans = (reading.commands.iter().map(|one| &one.span))
                .chain(reading.variables.iter().map(|one| &one.span))
                .chain(reading.file_writes.iter().flat_map(|one| [&one.span, &one.named]));
            for span in spans {
                assert!(script.get(span.bytes.clone()).is_some(), "{shell:?} {span:?} of {script:.20}");
            }
            let size: usize = reading.commands.iter().flat_map(|one| &one.words).map(|one| one.written().len()).sum();
            assert!(size <= 200 * script.len() + 1_000, "{shell:?}: {size} of {}: {script:.20}", script.len());
        }
    }
}

/// What a shell would refuse is not known; what it says about the runner's files is told all the same.
#[test]
fn a_script_that_does_not_parse_is_not_known() {
    let rows: &[(ScriptShell, &str, &[&str])] = &[
        (ScriptShell::Bash, "if [ x; then\necho A >> $env:GITHUB_ENV", &["2:11 Env PowerShellEnv >> Redirect"]),
        (ScriptShell::Bash, "if ($env:X) {\n  echo A >> $env:GITHUB_ENV\n}", &["2:13 Env PowerShellEnv >> Redirect"]),
        (ScriptShell::Bash, "for i in a; do\n  b", &[]),
        (ScriptShell::Bash, "echo \"a", &[]),
        (ScriptShell::Bash, "echo $(a", &[]),
        (ScriptShell::Bash, "a )", &[]),
        (ScriptShell::Bash, "cat <<EOF; b\nA\nEOF", &[]),
        (
            ScriptShell::PowerShell,
            "if [ -n \"$X\" ]; then\n  echo A >> $GITHUB_ENV\nfi",
            &["2:13 Env PowerShell >> Redirect"],
        ),
        (ScriptShell::PowerShell, "if ($x) {\n  a", &[]),
        (ScriptShell::PowerShell, "echo \"a", &[]),
        (ScriptShell::Cmd, "if [ -n \"$X\" ]; then\n  echo A >> $GITHUB_ENV\nfi", &["2:13 Env Sh >> Redirect"]),
        (ScriptShell::Cmd, "(\n  echo A", &[]),
        (ScriptShell::Cmd, "a\n)", &[]),
    ];
    for (shell, script, want) in rows {
        let reading = read(*shell, script);
        assert!(!reading.syntax_is_known, "{shell:?} {script}");
        assert_eq!(writes(&reading), **want, "{shell:?} {script}");
    }
    let long = "go build\n".repeat(LONGEST);
    for shell in [ScriptShell::Bash, ScriptShell::PowerShell, ScriptShell::Cmd] {
        assert!(!read(shell, &long).syntax_is_known);
    }
}

/// bash itself takes what is known, and refuses what is not.
#[cfg(unix)]
#[test]
fn bash_agrees_about_syntax() {
    let refused =
        ["if [ x; then", "for i in a; do b", "echo \"a", "echo $(a", "{ a", "case x in", "a )", "a && ;", "fi"];
    let known = BASH.iter().map(|(script, ..)| *script).filter(|script| !script.contains("${{"));
    for script in refused.into_iter().chain(known) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("script");
        std::fs::write(&file, script).unwrap();
        let output = std::process::Command::new("bash").arg("-n").arg(&file).output().expect("bash can be started");
        let is_refused = refused.contains(&script);
        assert_eq!(output.status.success(), !is_refused, "{script}");
        assert_eq!(read(ScriptShell::Bash, script).syntax_is_known, !is_refused, "{script}");
    }
}

/// Found by fuzzing.
#[test]
fn a_sign_before_a_long_character_takes_it_whole() {
    for text in ["\"\u{fffd}", "\"$\u{fffd}\"", "a 2>&\u{e9}", "`\u{e9}", "^\u{e9}", "%\u{e9}%", "$env\u{e9}:"] {
        for shell in [ScriptShell::Bash, ScriptShell::PowerShell, ScriptShell::Cmd] {
            read(shell, text);
        }
    }
}

#[test]
fn what_a_command_runs_in_the_end_has_no_prefix() {
    for (script, want) in [
        ("sudo -E env GOOS=js go install x", "go install x"),
        ("timeout -k 5s 10m go test ./...", "go test ./..."),
        ("time command go vet", "go vet"),
        ("go env -w GOOS=js", "go env -w GOOS=js"),
        ("make GOOS=js", "make GOOS=js"),
        ("env", ""),
    ] {
        let reading = read(ScriptShell::Bash, script);
        let words: Vec<String> = reading.commands[0].invoked().iter().map(shown).collect();
        assert_eq!(words.join(" "), want, "{script}");
    }
}
