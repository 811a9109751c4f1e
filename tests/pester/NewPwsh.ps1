# For tests that need another PowerShell process. It is the program that runs the tests, which is not always the pwsh on PATH.
$pwsh = @([Environment]::ProcessPath)
# The PowerShell of the package runs as "dotnet pwsh.dll".
if ((Split-Path -LeafBase $pwsh[0]) -eq 'dotnet') { $pwsh += Join-Path $PSHOME 'pwsh.dll' }

# Runs a command and returns all its output.
function Invoke-NewPwsh([string]$Command) {
    $program, $first = $pwsh[0], @($pwsh | Select-Object -Skip 1)
    $output = & $program @first -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $Command" 2>&1
    if ($LASTEXITCODE -ne 0) { throw "pwsh ended with $LASTEXITCODE`n$($output -join "`n")" }
    $output
}

# Starts a command and returns its process, which gets signals: a shell that runs the tests in the background ignores some signals, and a
# process that it starts would inherit that. The output is written to a file, the errors to a second file with the suffix .err.
function Start-NewPwsh([string]$Command, [string]$OutputPath) {
    $quoted = @($pwsh) + @('-NoProfile', '-NonInteractive', '-Command', $Command) | ForEach-Object { "`"$_`"" }
    Start-Process env -ArgumentList (@('--default-signal') + $quoted) -PassThru -RedirectStandardOutput $OutputPath -RedirectStandardError "$OutputPath.err"
}
