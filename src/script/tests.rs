use super::*;
#[cfg(unix)]
use crate::platform::{Platform, runner_file::records};
#[cfg(unix)]
use std::{collections::BTreeMap, fs, process::Command};

/// `3 env GOBIN=/b`; what nobody knows is as it is written, in `<…>`.
fn told(shell: ScriptShell, script: &str) -> Vec<String> {
    let value = |template: &ScriptText| {
        let pieces = template.0.iter().map(|piece| match piece {
            ScriptPiece::Literal(text) => text.replace('\n', "|"),
            ScriptPiece::Variable { name, .. } => format!("${name}"),
            ScriptPiece::Expression { inner, .. } => format!("${{{{{inner}}}}}"),
            ScriptPiece::Unknown(text) => format!("<{text}>"),
        });
        pieces.collect::<String>()
    };
    let by = |by| match by {
        Setter::GithubEnv => "env",
        Setter::GithubPath => "path",
        Setter::Command => "command",
        Setter::GoEnvW => "go",
        Setter::Export => "export",
        Setter::Source => "source",
        Setter::Unseen => "unseen",
        Setter::GithubOutput => "output",
    };
    let places = shell.places(script);
    let named = places.iter().filter(|one| one.by != Setter::Unseen);
    named.map(|one| format!("{} {} {}={}", one.line, by(one.by), one.name, value(&one.value))).collect()
}

/// Each script with what its reader says. Where `exact` is set, a run of bash must write the same.
const BASH: &[(&str, &[&str])] = &[
    ("echo GOBIN=/b >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("echo \"GOBIN=/b\" >> \"$GITHUB_ENV\"", &["1 env GOBIN=/b"]),
    ("echo 'GOBIN=/b' >>${GITHUB_ENV}", &["1 env GOBIN=/b"]),
    ("echo GOBIN='/a b' >> \"${GITHUB_ENV}\" # mine", &["1 env GOBIN=/a b"]),
    (">> $GITHUB_ENV echo GOBIN=/b", &["1 env GOBIN=/b"]),
    ("echo GOBIN=/b 1>> $GITHUB_ENV 2>/dev/null", &["1 env GOBIN=/b"]),
    ("echo GOBIN=/b > $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("echo A=1 >> $GITHUB_ENV\necho B=2 > $GITHUB_ENV", &["2 env B=2"]),
    ("echo GOBIN=$HOME/b >> $GITHUB_ENV", &["1 env GOBIN=$HOME/b"]),
    ("echo \"GOBIN=${RUNNER_TEMP}/b\" >> $GITHUB_ENV", &["1 env GOBIN=$RUNNER_TEMP/b"]),
    ("echo GOBIN=~/b >> $GITHUB_ENV", &["1 env GOBIN=$HOME/b"]),
    ("echo \"GOBIN=~/b\" >> $GITHUB_ENV", &["1 env GOBIN=~/b"]),
    ("echo 'GOBIN=$HOME/b' >> $GITHUB_ENV", &["1 env GOBIN=$HOME/b"]),
    ("echo \"GOBIN=\\$HOME/b\" >> $GITHUB_ENV", &["1 env GOBIN=$HOME/b"]),
    ("echo \"GOBIN=$(echo /b)\" >> $GITHUB_ENV", &["1 env GOBIN=<$(echo /b)>"]),
    ("echo \"GOBIN=`pwd`/b\" >> $GITHUB_ENV", &["1 env GOBIN=<`pwd`>/b"]),
    ("echo \"GOBIN=$((1+2))\" >> $GITHUB_ENV", &["1 env GOBIN=<$((1+2))>"]),
    ("echo \"GOBIN=${HOME%/*}\" >> $GITHUB_ENV", &["1 env GOBIN=<${HOME%/*}>"]),
    ("echo \"GOBIN=${X:-/d}\" >> $GITHUB_ENV", &["1 env GOBIN=<${X:-/d}>"]),
    ("echo GOBIN=/{a,b} >> $GITHUB_ENV", &[]),
    ("echo -n GOBIN=/b >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("echo -n GOBIN= >> $GITHUB_ENV\necho /b >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("echo -e 'A=1\\nB=2' >> $GITHUB_ENV", &["1 env A=1", "1 env B=2"]),
    ("echo 'A=1\\nB=2' >> $GITHUB_ENV", &["1 env A=1\\nB=2"]),
    ("echo 'A=1\nB=2' >> $GITHUB_ENV", &["1 env A=1", "2 env B=2"]),
    ("echo $'A=1\\nB=2' >> $GITHUB_ENV", &["1 env A=1", "1 env B=2"]),
    ("printf 'GOBIN=/b\\n' >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("printf 'GOBIN=%s\\n' /b >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("printf '%s=%s\\n' A 1 B \"$HOME\" >> $GITHUB_ENV", &["1 env A=1", "1 env B=$HOME"]),
    ("printf 'A=100%%\\n' >> $GITHUB_ENV", &["1 env A=100%"]),
    ("printf '%s\\n' 'A=1' 'B=2' >> \"$GITHUB_ENV\"", &["1 env A=1", "1 env B=2"]),
    ("printf 'A=%03d\\n' 7 >> $GITHUB_ENV", &["1 env A=<7>"]),
    (
        "cat >> $GITHUB_ENV <<EOF\nA=1\nB=$HOME/b\nEOF\necho C=3 >> $GITHUB_ENV",
        &["2 env A=1", "3 env B=$HOME/b", "5 env C=3"],
    ),
    ("cat <<'EOF' >> $GITHUB_ENV\nB=$HOME/b\nEOF", &["2 env B=$HOME/b"]),
    ("cat <<-EOF >> $GITHUB_ENV\n\tA=1\n\tEOF\n", &["2 env A=1"]),
    ("cat << EOF | tee -a $GITHUB_ENV\nA=1\nEOF\n", &["2 env A=1"]),
    ("cat >> $GITHUB_ENV <<< 'A=1'", &["1 env A=1"]),
    ("tee -a \"$GITHUB_ENV\" <<EOF > /dev/null\nA=1\nEOF", &["2 env A=1"]),
    ("{\n  echo A=1\n  echo \"B=2\"\n} >> \"$GITHUB_ENV\"", &["2 env A=1", "3 env B=2"]),
    ("{ echo A=1; echo B=2; } >> $GITHUB_ENV", &["1 env A=1", "1 env B=2"]),
    ("( echo A=1; echo B=2 ) >> $GITHUB_ENV", &["1 env A=1", "1 env B=2"]),
    ("{ echo 'X<<EOF'; echo one; echo two; echo EOF; } >> $GITHUB_ENV", &["1 env X=one|two"]),
    (
        "echo \"X<<E\" >> $GITHUB_ENV\necho one >> $GITHUB_ENV\necho \"E\" >> $GITHUB_ENV\necho Y=2 >> $GITHUB_ENV",
        &["1 env X=one", "4 env Y=2"],
    ),
    ("d=$(date +%s)\n{ echo \"X<<$d\"; echo one; echo \"$d\"; } >> $GITHUB_ENV", &["2 env X=one"]),
    ("echo GOBIN=/b | tee -a $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("echo GOBIN=/b | tee --append \"$GITHUB_ENV\" x", &["1 env GOBIN=/b"]),
    ("echo GOBIN=/b \\\n  >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("true && echo GOBIN=/b >> $GITHUB_ENV", &["1 env GOBIN=/b"]),
    ("if true; then echo A=1 >> $GITHUB_ENV; fi", &["1 env A=1"]),
    ("if true; then\n  echo A=1\nelse\n  true\nfi >> $GITHUB_ENV", &["2 env A=1"]),
    ("for i in 1; do\n  echo A=1 >> $GITHUB_ENV\ndone", &["2 env A=1"]),
    ("for i in 1; do echo A=$i; done >> $GITHUB_ENV", &["1 env A=<$i>"]),
    ("case x in\n  y) echo no ;;\n  *) echo A=1 >> $GITHUB_ENV ;;\nesac", &["3 env A=1"]),
    ("while false; do :; done\necho A=1 >> $GITHUB_ENV", &["2 env A=1"]),
    ("f() { echo A=1 >> $GITHUB_ENV; }\nf", &["1 env A=1"]),
    ("dir=/x\necho A=$dir/y >> $GITHUB_ENV", &["2 env A=/x/y"]),
    ("dir=\"$HOME/x\"\nsub=\"$dir/y\"\necho \"A=${sub}\" >> $GITHUB_ENV", &["3 env A=$HOME/x/y"]),
    ("dir=/x\nif true; then dir=/y; fi\necho A=$dir >> $GITHUB_ENV", &["3 env A=<$dir>"]),
    ("if true; then dir=/y; echo A=$dir >> $GITHUB_ENV; fi", &["1 env A=/y"]),
    ("x=1\nfor i in 1 2; do echo A=$x >> $GITHUB_ENV; x=2; done", &["2 env A=<$x>"]),
    ("x=1\n(x=2)\necho A=$x >> $GITHUB_ENV", &["3 env A=<$x>"]),
    ("x='a  b'\necho A=$x >> $GITHUB_ENV", &["2 env A=<$x>"]),
    ("x='a  b'\necho \"A=$x\" >> $GITHUB_ENV", &["2 env A=a  b"]),
    ("read -r x <<< 5\necho A=$x >> $GITHUB_ENV", &["2 env A=<$x>"]),
    ("f=$GITHUB_ENV\necho A=1 >> \"$f\"", &["2 env A=1"]),
    ("x=a\nx+=b\necho A=$x >> $GITHUB_ENV", &["3 env A=<$x>"]),
    ("export A=1\nexport B=\"$HOME/b\" C=3", &["1 export A=1", "2 export B=$HOME/b", "2 export C=3"]),
    ("A=1\nexport A", &["2 export A=1"]),
    ("declare -x A=1; declare B=2", &["1 export A=1"]),
    ("A=1 true\nB=2", &[]),
    ("echo $PWD/bin >> $GITHUB_PATH", &["1 path PATH=$PWD/bin"]),
    ("echo \"$HOME/go/bin\" >> \"$GITHUB_PATH\"", &["1 path PATH=$HOME/go/bin"]),
    ("echo A=1 >> other\necho B=2", &[]),
    ("# echo A=1 >> $GITHUB_ENV", &[]),
    ("echo 'echo A=1 >> $GITHUB_ENV'", &[]),
    ("cat <<EOF > script.sh\necho A=1 >> $GITHUB_ENV\nEOF\n", &[]),
    ("[[ -n $HOME && 1 == 1 ]] && echo A=1 >> $GITHUB_ENV", &["1 env A=1"]),
    ("[ -d /no/where ] || echo A=1 >> $GITHUB_ENV", &["1 env A=1"]),
    ("(( 1 > 0 )) && echo A=1 >> $GITHUB_ENV", &["1 env A=1"]),
    ("for ((i=0;i<1;i++)); do echo A=1 >> $GITHUB_ENV; done", &["1 env A=1"]),
    ("a=(1 2 3)\necho A=1 >> $GITHUB_ENV", &["2 env A=1"]),
    ("set -euo pipefail\necho A=1 >> $GITHUB_ENV", &["2 env A=1"]),
    ("echo A=1 >> $GITHUB_ENV; echo B=2 >> $GITHUB_ENV & wait", &["1 env A=1", "1 env B=2"]),
    ("echo \"A=it's\" >> $GITHUB_ENV; echo 'B=\"q\"' >> $GITHUB_ENV", &["1 env A=it's", "1 env B=\"q\""]),
    ("echo A=\"$HOME\"/x'y'z >> $GITHUB_ENV", &["1 env A=$HOME/xyz"]),
    ("echo A=é→b >> $GITHUB_ENV", &["1 env A=é→b"]),
    ("echo A= >> $GITHUB_ENV", &["1 env A="]),
    ("echo A=b=c >> $GITHUB_ENV", &["1 env A=b=c"]),
    ("echo A=1   B >> $GITHUB_ENV", &["1 env A=1 B"]),
    ("echo \"A=1 \" >> $GITHUB_ENV", &["1 env A=1 "]),
    ("echo A=1;echo B=2 >>$GITHUB_ENV", &["1 env B=2"]),
    ("! false && { echo A=1; } >> $GITHUB_ENV", &["1 env A=1"]),
    ("command echo A=1 >> $GITHUB_ENV", &["1 env A=1"]),
    ("echo A=$(printf '%s' \"$(echo ')')\") >> $GITHUB_ENV", &["1 env A=<$(printf '%s' \"$(echo ')')\")>"]),
    ("unset A\necho A=$A >> $GITHUB_ENV", &["2 env A=<$A>"]),
];

/// Where bash's own answer is another kind of thing: what it prints, what it calls, what GitHub puts there before.
const OTHER_BASH: &[(&str, &[&str])] = &[
    ("go env -w GOBIN=/b GOFLAGS=\"-mod=mod\"", &["1 go GOBIN=/b", "1 go GOFLAGS=-mod=mod"]),
    ("go env -u GOBIN; go env -w", &[]),
    ("/usr/local/go/bin/go env -w GOPROXY=$P", &["1 go GOPROXY=$P"]),
    (
        "echo '::set-env name=GOBIN::/b'\necho \"::add-path::$HOME/bin\"",
        &["1 command GOBIN=/b", "2 command PATH=$HOME/bin"],
    ),
    ("echo \"::set-env name=GOBIN::$HOME/b\" > /dev/null", &[]),
    ("echo \"GOBIN=${{ runner.temp }}/b\" >> ${{ github.env }}", &["1 env GOBIN=${{ runner.temp }}/b"]),
    ("echo 'A=${{ format('x') }}' >> $GITHUB_ENV", &["1 env A=${{ format('x') }}"]),
    ("echo A=${{ matrix.a }} >> $GITHUB_ENV", &["1 env A=${{ matrix.a }}"]),
    ("cat <<'EOF' >> $GITHUB_ENV\nA=${{ x }}\nEOF", &["2 env A=${{ x }}"]),
    ("sudo tee -a $GITHUB_ENV <<< A=1", &["1 env A=1"]),
    ("source ./x.sh\n. \"$HOME/y\"", &["1 source =./x.sh", "2 source =$HOME/y"]),
    ("x=1; . ./y; echo A=$x >> $GITHUB_ENV", &["1 source =./y", "1 env A=<$x>"]),
    ("cat vars >> $GITHUB_ENV\njq -r . x >> $GITHUB_ENV\necho A=1 >> $GITHUB_ENV", &["3 env A=1"]),
    ("echo A=1 >> $env:GITHUB_ENV", &[]),
];

#[test]
fn bash_is_read_as_far_as_its_text_tells() {
    for (script, want) in BASH.iter().chain(OTHER_BASH) {
        assert_eq!(told(ScriptShell::Bash, script), *want, "{script}");
    }
}

/// What a run of bash leaves: the command files, and what it exports.
#[cfg(unix)]
#[test]
fn a_run_of_bash_writes_what_the_reader_says() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name);
    let text = |name: &str| fs::read_to_string(file(name)).unwrap();
    let known = [("HOME", "/home/u"), ("RUNNER_TEMP", "/tmp/r t"), ("PWD", dir.path().to_str().unwrap())];
    let value = |name: &str| known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let mut unknown = 0;
    for (script, _) in BASH {
        for name in ["env", "path", "exported"] {
            fs::write(file(name), "").unwrap();
        }
        fs::write(file("script"), format!("{script}\nenv -0 > \"$EXPORTED\"\n")).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "script"]).current_dir(dir.path()).env_clear().envs(known);
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("EXPORTED", file("exported"));
        command.env("GITHUB_ENV", file("env")).env("GITHUB_PATH", file("path"));
        let status = command.stdout(std::process::Stdio::null()).status().expect("bash can be started");
        assert!(status.success(), "{script}");
        let env = text("env");
        let written: Vec<(String, String)> = records(&env, Platform::Linux)
            .map(|one| one.unwrap())
            .map(|one| (one.name.to_owned(), one.value.to_string()))
            .collect();
        let places = ScriptShell::Bash.places(script);
        let of = |by: Setter| places.iter().filter(move |one| one.by == by);
        let mut at = 0;
        for one in of(Setter::GithubEnv) {
            // A loop writes one place more than once.
            while written.get(at + 1).is_some_and(|next| next.0 == one.name)
                && written[at].0 == one.name
                && script.contains("for i in 1 2")
            {
                at += 1;
            }
            let (name, real) = written.get(at).unwrap_or_else(|| panic!("{script}: bash wrote nothing for {one:?}"));
            assert_eq!(*name, one.name, "{script}");
            match one.value.with(&value) {
                Some(ours) => assert_eq!(ours, *real, "{script}"),
                None => unknown += 1,
            }
            at += 1;
        }
        // What a shell makes of braces has no name that is known.
        assert!(
            at == written.len() || script.contains('{') && of(Setter::GithubEnv).next().is_none(),
            "{script}: bash wrote {written:?}"
        );
        let path = text("path");
        let entries: Vec<&str> = path.lines().collect();
        let ours: Vec<String> = of(Setter::GithubPath).filter_map(|one| one.value.with(&value)).collect();
        assert_eq!(ours, entries, "{script}");
        let exported = text("exported");
        let exported: BTreeMap<&str, &str> = exported.split('\0').filter_map(|one| one.split_once('=')).collect();
        for one in of(Setter::Export) {
            assert_eq!(one.value.with(&value).as_deref(), exported.get(one.name.as_str()).copied(), "{script}");
        }
        if of(Setter::Export).next().is_none() {
            assert!(!exported.contains_key("A") && !exported.contains_key("B"), "{script}: {exported:?}");
        }
    }
    assert!(unknown < BASH.len() / 4, "{unknown} values are unknown");
}

#[test]
fn powershell_is_read_as_far_as_its_text_tells() {
    let rows: &[(&str, &[&str])] = &[
        ("\"GOBIN=C:\\b\" >> $env:GITHUB_ENV", &["1 env GOBIN=C:\\b"]),
        ("echo \"GOBIN=$env:RUNNER_TEMP\\b\" >> $env:GITHUB_ENV", &["1 env GOBIN=$RUNNER_TEMP\\b"]),
        ("echo 'GOBIN=$env:X' >> \"$env:GITHUB_ENV\"", &["1 env GOBIN=$env:X"]),
        ("echo GOBIN=C:\\b >> $env:GITHUB_ENV", &["1 env GOBIN=C:\\b"]),
        ("Write-Output \"A=1\" >> $Env:GITHUB_ENV", &["1 env A=1"]),
        ("\"A=1\" | Out-File -FilePath $env:GITHUB_ENV -Encoding utf8 -Append", &["1 env A=1"]),
        ("echo \"A=1\" | Out-File $env:GITHUB_ENV -Append -Encoding utf8", &["1 env A=1"]),
        ("'A=1', 'B=2' | Out-File -Append -FilePath $env:GITHUB_ENV", &["1 env A=1", "1 env B=2"]),
        ("\"A=1\" |\n  Out-File -FilePath $env:GITHUB_ENV -Append", &["1 env A=1"]),
        ("\"A=1\" | Out-File `\n -FilePath $env:GITHUB_ENV -Append", &["1 env A=1"]),
        ("Out-File -InputObject 'A=1' -FilePath $env:GITHUB_ENV -Append", &["1 env A=1"]),
        ("Add-Content -Path $env:GITHUB_ENV -Value \"A=$($env:X)\"", &["1 env A=$X"]),
        ("Add-Content $env:GITHUB_ENV 'A=1'", &["1 env A=1"]),
        ("Add-Content -Value 'A=1' -Path $env:GITHUB_ENV", &["1 env A=1"]),
        ("\"A=1\" | Add-Content -Path $env:GITHUB_ENV", &["1 env A=1"]),
        ("@(\n  'A=1'\n  'B=2'\n) | Add-Content $env:GITHUB_ENV", &["2 env A=1", "3 env B=2"]),
        ("@\"\nA=1\nB=$env:X\n\"@ >> $env:GITHUB_ENV", &["1 env A=1", "2 env B=$X"]),
        ("\"A=1`nB=2\" >> $env:GITHUB_ENV", &["1 env A=1", "2 env B=2"]),
        ("$dir = \"$env:RUNNER_TEMP\\x\"\n\"A=$dir\" >> $env:GITHUB_ENV", &["2 env A=$RUNNER_TEMP\\x"]),
        ("$dir = Get-Location\n\"A=$dir\" >> $env:GITHUB_ENV", &["2 env A=<$dir>"]),
        ("\"A=\" + $env:X >> $env:GITHUB_ENV", &["1 env A=$X"]),
        ("\"A=$(go env GOPATH)\" >> $env:GITHUB_ENV", &["1 env A=<$(go env GOPATH)>"]),
        ("\"A=${env:X}/b\" >> ${env:GITHUB_ENV}", &["1 env A=$X/b"]),
        ("\"A=${{ runner.temp }}\" >> $env:GITHUB_ENV", &["1 env A=${{ runner.temp }}"]),
        ("if ($true) {\n  \"A=1\" >> $env:GITHUB_ENV\n}", &["2 env A=1"]),
        ("if ($true) { $x = 'a' }\n\"A=$x\" >> $env:GITHUB_ENV", &["2 env A=<$x>"]),
        ("$env:GOBIN = 'C:\\b'", &["1 export GOBIN=C:\\b"]),
        ("$env:GOBIN=\"$env:X\\b\"; go build", &["1 export GOBIN=$X\\b"]),
        ("go env -w GOBIN=C:\\b", &["1 go GOBIN=C:\\b"]),
        ("Write-Host \"::set-env name=A::1\"", &["1 command A=1"]),
        ("\"C:\\bin\" >> $env:GITHUB_PATH", &["1 path PATH=C:\\bin"]),
        ("echo \"A=1\" >> $GITHUB_ENV", &[]),
        ("# \"A=1\" >> $env:GITHUB_ENV\n<# \"B=1\" >> $env:GITHUB_ENV #>", &[]),
        ("echo \"A=1\" > out.txt", &[]),
    ];
    for (script, want) in rows {
        assert_eq!(told(ScriptShell::PowerShell, script), *want, "{script}");
    }
}

#[test]
fn cmd_is_read_as_far_as_its_text_tells() {
    let rows: &[(&str, &[&str])] = &[
        ("echo GOBIN=C:\\b>>%GITHUB_ENV%", &["1 env GOBIN=C:\\b"]),
        ("@echo GOBIN=%RUNNER_TEMP%\\b>> \"%GITHUB_ENV%\"", &["1 env GOBIN=$RUNNER_TEMP\\b"]),
        ("echo A=x >> %GITHUB_ENV%", &["1 env A=x "]),
        (">>%GITHUB_ENV% echo A=1", &["1 env A=1"]),
        ("(echo A=x)>>%GITHUB_ENV%", &["1 env A=x"]),
        ("echo CGO_ENABLED=0>>%GITHUB_ENV%", &[]),
        ("echo CGO_ENABLED=1>>%GITHUB_ENV%", &["1 env CGO_ENABLED="]),
        ("echo A=v10>>%GITHUB_ENV%", &["1 env A=v10"]),
        ("echo A=a^&b>>%GITHUB_ENV% & echo B=b>>%GITHUB_ENV%", &["1 env A=a&b", "1 env B=b"]),
        ("set GOBIN=C:\\b\nset \"GOFLAGS=-v\" & go build", &["1 export GOBIN=C:\\b", "2 export GOFLAGS=-v"]),
        ("go env -w GOBIN=C:\\b", &["1 go GOBIN=C:\\b"]),
        ("echo A=${{ runner.temp }}>>%GITHUB_ENV%", &["1 env A=${{ runner.temp }}"]),
        ("rem echo A=1>>%GITHUB_ENV%", &[]),
        ("echo A=1>>$env:GITHUB_ENV", &[]),
    ];
    for (script, want) in rows {
        assert_eq!(told(ScriptShell::Cmd, script), *want, "{script}");
    }
}

#[test]
fn what_stands_behind_shell_names_a_language() {
    for (shell, want) in [
        ("bash", Some(ScriptShell::Bash)),
        ("bash --noprofile -e {0}", Some(ScriptShell::Bash)),
        ("/bin/sh -e {0}", Some(ScriptShell::Sh)),
        ("C:\\x\\pwsh.exe -command \". '{0}'\"", Some(ScriptShell::PowerShell)),
        ("cmd", Some(ScriptShell::Cmd)),
        ("python", None),
        ("", None),
    ] {
        assert_eq!(ScriptShell::of(shell), want, "{shell}");
    }
}

/// Hostile scripts: each ends, and costs no more than its length says.
#[test]
fn scripts_of_any_form_come_to_an_end() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(5_000), close.repeat(5_000));
    let scripts = [
        deep("{ ", "}\n"),
        deep("( ", ")"),
        deep("if true; then ", "; fi"),
        deep("$(", ")"),
        deep("\"$(", ")\""),
        "${{".repeat(4_000),
        "'${{ x }}".repeat(5_000),
        "echo $'".repeat(5_000),
        "cat <<E\n".repeat(5_000),
        "cat <<A <<B <<C <<D\n".repeat(4_000),
        "x=$x$x; ".repeat(5_000),
        format!("x=1\n{}", "x=$x$x\n".repeat(100)),
        format!("x={}\n{}", "y".repeat(4_000), "echo A=$x >> $GITHUB_ENV\n".repeat(5_000)),
        "case x in\n".repeat(5_000),
        "f() {\n".repeat(5_000),
        "for i in 1; do x=1\n".repeat(4_000),
        "export A=1\n".repeat(5_000),
        "echo X<<E >> $GITHUB_ENV\n".repeat(4_000),
        "a".repeat(100_000),
        "é".repeat(50_000),
        "\\".repeat(50_000),
        "`".repeat(50_001),
        "|&;()<>".repeat(5_000),
        "% ^ ! > ".repeat(5_000),
        "@\"\n${ $( ".repeat(5_000),
        "\u{0}\n\r\t".repeat(4_000),
        "tee -a $GITHUB_ENV $GITHUB_ENV <<E\nA=1\nE\n".repeat(4_000),
    ];
    for script in scripts {
        for shell in [ScriptShell::Bash, ScriptShell::Sh, ScriptShell::PowerShell, ScriptShell::Cmd] {
            let places = shell.places(&script);
            let size: usize = places.iter().map(|one| one.value.written().len()).sum();
            assert!(
                size <= 20 * script.len() + (2 << 20),
                "{size} of {}: {}",
                script.len(),
                &script[..script.len().min(20)]
            );
        }
    }
}

/// Found by fuzzing.
#[test]
fn a_mark_before_a_long_character_takes_it_whole() {
    for text in [
        "`\\\u{fc}a`",
        "export GOBIN=`\\\u{fc}",
        "\\\u{fc}",
        "\"\\\u{fc}",
        "$'\\\u{fc}",
        "$\u{fc}",
        "`\u{fc}",
        "$env:GOBIN = \"`\u{fc}\"",
        "$(nN\u{fffd}",
        "\"$(\u{fffd}",
    ] {
        for shell in [ScriptShell::Bash, ScriptShell::PowerShell, ScriptShell::Cmd] {
            shell.places(text);
        }
    }
}

#[test]
fn lines_whose_name_only_a_run_tells_are_said_to_be_unseen() {
    let unseen = |shell: ScriptShell, script: &str| {
        shell.places(script).iter().filter(|one| one.by == Setter::Unseen).map(|one| one.line).collect::<Vec<_>>()
    };
    for (script, lines) in [
        ("cat ci.env >> \"$GITHUB_ENV\"", vec![1]),
        ("echo A=1 >> $GITHUB_ENV\ngo env >> $GITHUB_ENV", vec![2]),
        ("go env GOPATH | tee -a \"$GITHUB_ENV\"", vec![1]),
        ("for v in A B; do echo \"$v=1\" >> $GITHUB_ENV; done", vec![]),
        ("for v in A $B; do echo \"$v=1\" >> $GITHUB_ENV; done", vec![1]),
        ("for v in A; do for w in B; do echo \"$w=1\" >> $GITHUB_ENV; done; done", vec![1]),
        ("echo \"GO$x\" >> $GITHUB_ENV", vec![1]),
        ("echo GOBIN=$(pwd) >> $GITHUB_ENV", vec![]),
        ("printf 'A=1\\nB=2\\n' >> $GITHUB_ENV", vec![]),
    ] {
        assert_eq!(unseen(ScriptShell::Bash, script), lines, "{script}");
    }
    assert_eq!(unseen(ScriptShell::PowerShell, "Get-Content ci.env >> $env:GITHUB_ENV"), [1]);
    assert_eq!(unseen(ScriptShell::PowerShell, "\"GOBIN=C:\\b\" >> $env:GITHUB_ENV"), Vec::<usize>::new());
}

#[test]
fn a_loop_over_words_sets_a_variable_for_each() {
    let set = |script: &str| {
        let places = ScriptShell::Bash.places(script).into_iter();
        places.map(|one| format!("{} {}={}", one.line, one.name, one.value.written())).collect::<Vec<_>>()
    };
    assert_eq!(
        set("for v in GOCACHE 'GOPATH'; do\n  echo \"$v=/x/$v\" >> $GITHUB_ENV\ndone"),
        ["2 GOCACHE=/x/GOCACHE", "2 GOPATH=/x/GOPATH"]
    );
    assert_eq!(set("for v in a b\ndo export \"GO$v=1\"; done"), [""; 0]);
    assert_eq!(set("for v in a b; do export X=$v; done"), ["1 X=$v"]);
}
