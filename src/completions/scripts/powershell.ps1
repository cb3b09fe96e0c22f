# PowerShell completion for goenv-ci: at each Tab, the program itself says what could follow.
Register-ArgumentCompleter -Native -CommandName goenv-ci -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # What was typed is handed over as text, a word on a line, and never evaluated.
    $words = @()
    $end = 0
    foreach ($element in $commandAst.CommandElements) {
        $start = $element.Extent.StartOffset
        if ($start -ge $cursorPosition) { break }
        $end = $element.Extent.EndOffset
        if ($end -gt $cursorPosition) {
            $words += $element.Extent.Text.Substring(0, $cursorPosition - $start).Trim("'", '"')
        }
        elseif ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        }
        else {
            $words += $element.Extent.Text
        }
    }
    if ($end -lt $cursorPosition) { $words += '' }

    try {
        $env:_GOENV_CI_COMPLETE = 'powershell'
        $env:_GOENV_CI_COMPLETE_WORDS = $words -join "`n"
        $offered = @(& goenv-ci '--')
    }
    finally {
        $env:_GOENV_CI_COMPLETE = $null
        $env:_GOENV_CI_COMPLETE_WORDS = $null
    }

    # In a list, what stands before the last comma is not replaced.
    $kept = 0
    $last = $words[-1]
    if ($last.EndsWith($wordToComplete)) { $kept = $last.Length - $wordToComplete.Length }

    foreach ($line in $offered) {
        $value, $meaning = $line -split "`t", 2
        if (-not $meaning) { $meaning = $value }
        $typed = $value.Substring($kept)
        if ($typed -match '[\s''"`;(){}$&|<>@#]') { $typed = "'" + $typed.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($typed, $value, 'ParameterValue', $meaning)
    }
}
