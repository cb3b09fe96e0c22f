
if ($Wrong.Count -gt 0) {
    Write-Output ($Wrong -join '; ')
    exit 1
}
Write-Output 'all is as planned'
exit 0
