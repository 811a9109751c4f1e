# Drills as an operator runs them, by hand and from a scheduled job.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    . "$PSScriptRoot/NewPwsh.ps1"

    $scratch = New-Item -ItemType Directory (Join-Path $folder 'scratch')
    $audit = Join-Path $folder 'drills.jsonl'
    function Get-ScratchProcess { Get-Process | Where-Object { $_.Id -ne $PID -and $_.CommandLine -like "*$scratch*" } }

    if (-not $missing) {
        1..20 | ForEach-Object { Set-EtcdKey -Cluster $c "/app/$_" "value $_" }
        $snapshot = $c | Save-EtcdSnapshot -Destination (Join-Path $folder 'backups')
        $bytes = [IO.File]::ReadAllBytes($snapshot.Path)
        $bytes[-1] = $bytes[-1] -bxor 1
        [IO.File]::WriteAllBytes((Join-Path $folder 'backups/zz-damaged.db'), $bytes)
    }
}

AfterAll { Remove-OwnHome }

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
        $verdict | Format-List | Out-String | Should -Match 'Restore: passed, by etcdutl 3\.5'
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

    It 'keeps the record also of a verdict that ends the pipeline' {
        $first = Join-Path $folder 'first.jsonl'
        $passed = $snapshot | Test-EtcdSnapshot -Drill -Quiet -ScratchPath $scratch -AuditPath $first | Select-Object -First 1

        $passed | Should -BeTrue
        (Get-Content $first | ConvertFrom-Json).passed | Should -Be $true
    }

    It 'opens an encrypted snapshot with its passphrase, and is an error without' {
        $secret = ConvertTo-SecureString 'correct horse' -AsPlainText -Force
        $encrypted = $c | Save-EtcdSnapshot -Destination (Join-Path $folder 'encrypted') -Compress Gzip -Passphrase $secret

        ($encrypted | Test-EtcdSnapshot -Drill -ScratchPath $scratch -Passphrase $secret).Passed | Should -BeTrue
        { $encrypted | Test-EtcdSnapshot -Drill -ScratchPath $scratch } | Should -Throw -ErrorId 'EtcdSnapshotEncrypted,*'
    }

    It 'says before the drill that the record cannot be kept' {
        { $snapshot | Test-EtcdSnapshot -Drill -AuditPath (Join-Path $folder 'no/such.jsonl') } | Should -Throw -ErrorId 'EtcdFileWriteFailed,*'
    }

    It 'is an error where there is no etcd to drill with' {
        { $snapshot | Test-EtcdSnapshot -Drill -ScratchPath $scratch -Package (Join-Path $folder 'nothing') } | Should -Throw -ErrorId 'EtcdPackageNotFound,*'
    }

    It 'is an error at once where -EtcdVersion is not a version' {
        { $snapshot | Test-EtcdSnapshot -Drill -EtcdVersion newest } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
    }

    It 'leaves nothing where it is <_>' -ForEach 'stopped', 'killed' {
        $job = "Import-Module '$module/EtcdAdmin.psd1'; while (`$true) { Test-EtcdSnapshot '$($snapshot.Path)' -Drill -ScratchPath '$scratch' }"
        $child = Start-NewPwsh $job (Join-Path $folder 'job.out')
        $until = [datetime]::UtcNow.AddSeconds(30)
        try {
            while (-not (Get-ChildItem "$scratch/*/etcd.log")) { if ([datetime]::UtcNow -gt $until) { throw 'no drill began' }; Start-Sleep -Milliseconds 10 }

            if ($_ -eq 'killed') { $child.Kill() } else { /bin/kill -INT $child.Id }

            $child.WaitForExit(20000) | Should -BeTrue
        }
        finally { if (-not $child.HasExited) { $child.Kill() } }
        $until = [datetime]::UtcNow.AddSeconds(10)
        while ((Get-ChildItem $scratch) -or (Get-ScratchProcess)) { if ([datetime]::UtcNow -gt $until) { break }; Start-Sleep -Milliseconds 50 }
    }
}
