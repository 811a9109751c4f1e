# Restores as an operator types them, on real clusters of this machine, which serve all tests in this order.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"

    . (Join-Path $PSScriptRoot 'OwnHome.ps1')
    . (Join-Path $PSScriptRoot 'NewPwsh.ps1')

    $secret = ConvertTo-SecureString 'sesame' -AsPlainText -Force
    $missing = $null
    try {
        $prod = Install-EtcdCluster prod -Local -Size 2 -Version 3.5 -ClientPort (Get-FreePort 2) -PeerPort (Get-FreePort 2)
        $copy = Install-EtcdCluster copy -Local -Size 1 -Version 3.5 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
        1..20 | ForEach-Object { Set-EtcdKey -Cluster $prod "/app/k$_" "v$_" }
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
        $missing = "etcd 3.5 is not available here: $_"
    }
}

AfterAll { Remove-OwnHome }

Describe 'Restore-EtcdSnapshot' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'takes an encrypted snapshot through the pipeline, and passes the cluster on' {
        $script:copied = Save-EtcdSnapshot prod -Destination ./backups -Passphrase $secret |
            Restore-EtcdSnapshot -Cluster copy -Passphrase $secret -Confirm:$false
        $health = $copied | Get-EtcdHealth

        $health.Summary | Should -Be 'Healthy with 1 known peer'
        (Get-EtcdKey -Cluster copy -Prefix /app/ | Measure-Object).Count | Should -Be 20
    }

    It 'shows the plan under -WhatIf and touches nothing' {
        $before = (Get-EtcdCluster prod).Spec.Token

        Restore-EtcdSnapshot ./backups -Cluster prod -Passphrase $secret -WhatIf -WarningVariable chosen 3>$null | Should -BeNullOrEmpty

        "$chosen" | Should -BeLike '*The newest complete snapshot in * is restored: *'
        (Get-EtcdCluster prod).Spec.Token | Should -Be $before
        (Get-EtcdHealth prod).Healthy | Should -Be $true, $true
    }

    It 'tells where the old data is, and what brings it back' {
        Set-EtcdKey -Cluster $prod /later 1

        $restore = Restore-EtcdSnapshot ./backups -Cluster prod -Passphrase $secret -Confirm:$false 3>$null

        $restore.BumpReason | Should -Match '^(member|cluster) prod.* at \d+$'
        $restore.Backup.Member | Should -Be 'prod-1', 'prod-2'
        foreach ($backup in $restore.Backup) {
            $backup.Sha256 | Should -Be (Get-FileHash (Join-Path $backup.Path 'member/snap/db')).Hash
            $backup.RollBackScript | Should -FileContentMatch ([regex]::Escape($backup.Path))
        }
        ($restore | Format-List | Out-String) | Should -BeLike "*$($restore.Backup[0].Path)*"
        Get-EtcdKey -Cluster prod /later -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'passes a cluster on to Add-EtcdMember, which knows that this one cannot grow beyond this machine' {
        $failure = { $copied | Add-EtcdMember 127.0.0.1 -WhatIf } | Should -Throw -PassThru

        $failure.Exception.Message | Should -BeLike "*'copy' runs only on this machine*"
    }

    It 'asks for the key of an encrypted one, whatever else a folder has' {
        $failure = { Restore-EtcdSnapshot ./backups -Cluster prod -Confirm:$false } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'EtcdSnapshotEncrypted,*'
    }

    It 'takes of a folder only what is of the cluster, and warns of a file that is not' {
        $failure = { Restore-EtcdSnapshot ./backups -Cluster copy -Passphrase $secret -Confirm:$false } | Should -Throw -PassThru
        $file = Get-ChildItem ./backups/*.enc | Select-Object -First 1
        Restore-EtcdSnapshot $file -Cluster copy -Passphrase $secret -WhatIf -WarningVariable told 3>$null

        $failure.FullyQualifiedErrorId | Should -BeLike 'EtcdSnapshotNotFound,*'
        $failure.Exception.Message | Should -BeLike '*names cluster ''copy''. Its snapshots are of prod.'
        "$told" | Should -BeLike '*is a snapshot of cluster prod; its keys replace all keys of cluster copy.*'
    }

    It 'refuses to leave a cluster at one member without its name' {
        $failure = { Restore-EtcdSnapshot ./backups -Cluster prod -NoRejoin -Passphrase $secret -Confirm:$false } | Should -Throw -PassThru

        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }

    # A session that ends sends several: the shell and the kernel each a SIGHUP, logind SIGTERM with SIGHUP.
    It 'is rolled back before the process ends that is told to end: <_>' -Skip:$IsWindows -ForEach 'TERM', 'HUP', 'INT', 'HUP HUP', 'TERM HUP', 'HUP TERM' {
        Set-EtcdKey /later here prod
        $said = Join-Path $folder "ended-$_.out"
        $command = "Import-Module '$module/EtcdAdmin.psd1'; Restore-EtcdSnapshot '$((Get-ChildItem ./backups/*.enc)[0].FullName)' prod -Passphrase (ConvertTo-SecureString sesame -AsPlainText) -Confirm:`$false -Verbose"
        $child = Start-NewPwsh $command $said
        $until = [datetime]::UtcNow.AddSeconds(60)
        try {
            # The members are stopped, their data is aside.
            while (-not (Select-String -Path $said -Pattern ': Start member' -Quiet)) {
                if ($child.HasExited -or [datetime]::UtcNow -gt $until) { throw "it did not come so far: $(Get-Content $said, "$said.err")" }
                Start-Sleep -Milliseconds 10
            }

            foreach ($signal in -split $_) { /bin/kill "-$signal" $child.Id }

            $child.WaitForExit(60000) | Should -BeTrue
        }
        finally { if (-not $child.HasExited) { $child.Kill() } }
        if ($_ -ne 'INT') { Select-String -Path $said -Pattern 'Undoing: this machine: Record in the profile' | Should -Not -BeNullOrEmpty }
        (Get-EtcdHealth prod).Healthy | Should -Be $true, $true
        (Get-EtcdKey /later prod).Value | Should -Be 'here'
    }
}
