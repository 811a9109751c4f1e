# Runs one test file and writes what became of each test as JSON; PesterTests.cs reads it.
# Started with -ReportVersions it only tells which PowerShell and which Pester there are.
param(
    [string]$Path,
    [string]$ResultPath,
    [switch]$ReportVersions
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$pester = Get-Module Pester -ListAvailable | Sort-Object Version -Descending | Select-Object -First 1
if ($ReportVersions) {
    @{ PowerShell = "$($PSVersionTable.PSVersion)"; Pester = "$(${pester}?.Version)" } | ConvertTo-Json
    return
}

Import-Module $pester
$run = Invoke-Pester -Configuration @{ Run = @{ Path = $Path; PassThru = $true }; Output = @{ Verbosity = 'None' } }

# Where it happened, without the way through Pester itself.
function Format-Failure($ErrorRecord) {
    $frames = "$($ErrorRecord.ScriptStackTrace)" -split "`n" | Where-Object { $_ -notlike "*$($pester.ModuleBase)*" -and $_ -notlike "*$PSCommandPath*" }
    (@("$ErrorRecord") + $frames) -join "`n"
}

# A file that cannot even be read, or a block whose setup fails, has no failed test of its own to show.
$broken = foreach ($block in @($run.Containers) + @($run.FailedBlocks)) {
    if ($block.ErrorRecord) { @{ Name = "$block"; Result = 'Failed'; Message = ($block.ErrorRecord | ForEach-Object { Format-Failure $_ }) -join "`n" } }
}
$tests = foreach ($test in $run.Tests) {
    @{ Name = $test.ExpandedPath; Result = $test.Result; Message = ($test.ErrorRecord | ForEach-Object { Format-Failure $_ }) -join "`n" }
}
@{ Tests = @($broken) + @($tests) } | ConvertTo-Json -Depth 4 | Set-Content $ResultPath
