# Drills as an operator runs them, by hand and from a scheduled job.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"

    $outside = @{ ETCDADMIN_HOME = $env:ETCDADMIN_HOME; ETCDADMIN_PACKAGES = $env:ETCDADMIN_PACKAGES }
    $userHome = $env:ETCDADMIN_HOME ? $env:ETCDADMIN_HOME : (Join-Path ([Environment]::GetFolderPath('LocalApplicationData', 'DoNotVerify')) 'EtcdAdmin')
    if (-not $env:ETCDADMIN_PACKAGES) { $env:ETCDADMIN_PACKAGES = Join-Path $userHome 'packages' }
    $folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "etcdadmin-drills-$PID")
    $env:ETCDADMIN_HOME = Join-Path $folder 'home'
    $scratch = New-Item -ItemType Directory (Join-Path $folder 'scratch')
    $audit = Join-Path $folder 'drills.jsonl'
    function Get-ScratchProcess { Get-Process | Where-Object { $_.Id -ne $PID -and $_.CommandLine -like "*$scratch*" } }

    $ports = 1..2 | ForEach-Object { $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0); $listener.Start(); $listener }
    $numbers = $ports.LocalEndpoint.Port
    $ports.Stop()
    $missing = $null
    try {
        $c = Install-EtcdCluster demo -Local -Version 3.5 -ClientPort $numbers[0] -PeerPort $numbers[1]
        1..20 | ForEach-Object { Set-EtcdKey -Cluster $c "/app/$_" "value $_" }
        $snapshot = $c | Save-EtcdSnapshot -Destination (Join-Path $folder 'backups')
        $bytes = [IO.File]::ReadAllBytes($snapshot.Path)
        $bytes[-1] = $bytes[-1] -bxor 1
        [IO.File]::WriteAllBytes((Join-Path $folder 'backups/zz-damaged.db'), $bytes)
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
        $missing = "etcd 3.5 is not to be had here: $_"
    }
}

AfterAll {
    Get-EtcdCluster | Uninstall-EtcdCluster -RemoveData -Confirm:$false
    Remove-Item $folder -Recurse -Force
    foreach ($name in $outside.Keys) { Set-Item "env:$name" $outside[$name] }
}

Describe 'Test-EtcdSnapshot -Drill' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }
    AfterEach {
        Get-ChildItem $scratch | Should -BeNullOrEmpty
        Get-ScratchProcess | Should -BeNullOrEmpty
    }

    It 'says what came of each part' {
        $verdict = $snapshot | Test-EtcdSnapshot -Drill -ScratchPath $scratch

        $verdict.Passed | Should -BeTrue
        $verdict.Drill.Checks.Part | Should -Be 'File', 'Restore', 'Start', 'Revision', 'Count', 'Hash', 'Keys', 'Authentication'
        $verdict.Drill.EtcdVersion.ToString() | Should -BeLike '3.5.*'
        $verdict.Drill.ClusterName | Should -Be 'demo'
        $verdict | Out-String | Should -Match 'Restore: passed, by etcdutl 3\.5'
    }

    It 'goes on after a snapshot that fails, and keeps a record of each' {
        $passed = Test-EtcdSnapshot (Join-Path $folder 'backups') -Drill -Quiet -ScratchPath $scratch -AuditPath $audit

        $passed | Should -Be $true, $false
        $records = Get-Content $audit | ConvertFrom-Json
        $records.passed | Should -Be $true, $false
        $records[0].sha256 | Should -Be $snapshot.Sha256
        $records[1].checks[0].detail | Should -Match 'Trailer'
        if (-not $IsWindows) { (Get-Item $audit).UnixFileMode | Should -Be 'UserWrite, UserRead' }
    }

    It 'says before the drill that the record cannot be kept' {
        { $snapshot | Test-EtcdSnapshot -Drill -AuditPath (Join-Path $folder 'no/such.jsonl') } | Should -Throw -ErrorId 'EtcdFileWriteFailed,*'
    }

    It 'is an error where there is no etcd to drill with' {
        { $snapshot | Test-EtcdSnapshot -Drill -ScratchPath $scratch -Package (Join-Path $folder 'nothing') } | Should -Throw -ErrorId 'EtcdPackageNotFound,*'
    }

    It 'leaves nothing where it is <_>' -ForEach 'stopped', 'killed' {
        $job = "Import-Module '$module/EtcdAdmin.psd1'; while (`$true) { Test-EtcdSnapshot '$($snapshot.Path)' -Drill -ScratchPath '$scratch' }"
        $child = Start-Process pwsh -ArgumentList '-NoProfile', '-NonInteractive', '-Command', $job -PassThru -RedirectStandardOutput (Join-Path $folder 'job.out')
        $until = [datetime]::UtcNow.AddSeconds(30)
        while (-not (Get-ChildItem "$scratch/*/etcd.log")) { if ([datetime]::UtcNow -gt $until) { throw 'no drill began' }; Start-Sleep -Milliseconds 10 }

        if ($_ -eq 'killed') { $child.Kill() } else { /bin/kill -INT $child.Id }

        $child.WaitForExit(20000) | Should -BeTrue
        $until = [datetime]::UtcNow.AddSeconds(10)
        while ((Get-ChildItem $scratch) -or (Get-ScratchProcess)) { if ([datetime]::UtcNow -gt $until) { break }; Start-Sleep -Milliseconds 50 }
    }
}
