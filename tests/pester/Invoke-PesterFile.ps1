# Runs one test file and returns the outcome of each test as one line of JSON, which PesterProcess.cs reads.
param(
    [Parameter(Mandatory)][string]$Path,
    [Parameter(Mandatory)][string]$PesterPath
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$pester = Import-Module $PesterPath -PassThru
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
@{ Tests = @($broken) + @($tests) } | ConvertTo-Json -Depth 4 -Compress
