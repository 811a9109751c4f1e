# Runs test files in one process, each in a separate session (runspace) with the original environment variables. PesterProcess.cs sends one
# path per line through a pipe and gets one line of JSON for each. This process ends when the pipe is closed.
param(
    [Parameter(Mandatory)][string]$PipeName,
    [Parameter(Mandatory)][string]$PesterPath
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Reset-Environment([Collections.IDictionary]$Variables) {
    # Not $null: PowerShell passes that as an empty text, which sets the variable.
    foreach ($name in [Environment]::GetEnvironmentVariables().Keys) {
        if (-not $Variables.Contains($name)) { [Environment]::SetEnvironmentVariable($name, [NullString]::Value) }
    }

    foreach ($name in $Variables.Keys) { [Environment]::SetEnvironmentVariable($name, $Variables[$name]) }
}

function Invoke-File([string]$Path) {
    $session = [runspacefactory]::CreateRunspace($Host)
    try {
        $session.Open()
        $shell = [powershell]::Create($session)
        [void]$shell.AddCommand("$PSScriptRoot/Invoke-PesterFile.ps1").AddParameter('Path', $Path).AddParameter('PesterPath', $PesterPath)
        $shell.Invoke()
    }
    catch {
        @{ Tests = @(@{ Name = $Path; Result = 'Failed'; Message = "The file was not run: $_" }) } | ConvertTo-Json -Depth 4 -Compress
    }
    finally { $session.Dispose() }
}

$variables = [Environment]::GetEnvironmentVariables()
$pipe = [IO.Pipes.NamedPipeClientStream]::new('.', $PipeName, 'InOut')
$pipe.Connect()
$reader = [IO.StreamReader]::new($pipe)
$writer = [IO.StreamWriter]::new($pipe)
while ($path = $reader.ReadLine()) {
    $result = Invoke-File $path
    Reset-Environment $variables
    $writer.WriteLine($result)
    $writer.Flush()
}
