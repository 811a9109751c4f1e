# Keys of API 2, converted as an operator types it.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"

    $noOld = Install-OwnCluster 3.3 {
        $script:old = Install-EtcdCluster old -Local -NoTls -Version 3.3 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
    }
    if (-not $missing) { $missing = $noOld }
    function Set-V2Key([string]$Key, [hashtable]$Body) {
        $null = Invoke-RestMethod "$($old.Endpoints[0])v2/keys$Key" -Method Put -Body $Body -ContentType application/x-www-form-urlencoded
    }

    if (-not $missing) {
        Set-V2Key /app/name @{ value = 'web' }
        Set-V2Key /app/alive @{ value = 'yes'; ttl = 3600 }
        Set-V2Key /empty @{ dir = 'true' }
    }
}

AfterAll { Remove-OwnHome }

Describe 'Convert-EtcdV2Store' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'writes nothing with -WhatIf' {
        Convert-EtcdV2Store old -ExportPath ./whatif.jsonl -ClearV2 -WhatIf | Should -BeNullOrEmpty

        './whatif.jsonl' | Should -Not -Exist
        Get-EtcdKey -Cluster old -Prefix / | Should -BeNullOrEmpty
    }

    It 'converts into another cluster, under another prefix' {
        $done = Get-EtcdCluster old | Convert-EtcdV2Store -Destination demo -Prefix /app/ -MapPrefix /app/, /moved/

        $done.GetType().FullName | Should -Be 'EtcdAdmin.Upgrades.V2Store.V2Conversion'
        $done.Source, $done.Cluster, $done.Keys, $done.Created, $done.Leases, $done.Compared, $done.Cleared | Should -Be 'old', 'demo', 2, 2, 1, $true, $false
        $done.Path | Should -BeLike "$PWD/old-v2-keys-*.jsonl"
        if (-not $IsWindows) { (Get-Item $done.Path).UnixFileMode | Should -Be 'UserWrite, UserRead' }
        (Get-EtcdKey -Cluster demo -Prefix /moved/).Value | Should -Be 'yes', 'web'
        (Get-EtcdKey -Cluster demo /moved/alive).Lease | Should -Not -BeNullOrEmpty
    }

    It 'refuses to replace v3 keys and files, and to clear what was not converted' {
        Set-EtcdKey -Cluster demo /app/name other
        { Convert-EtcdV2Store old -Destination demo -ExportPath ./refused.jsonl } | Should -Throw -ErrorId 'EtcdKeyExists,*'
        Set-Content ./there.jsonl kept
        { Convert-EtcdV2Store old -ExportPath ./there.jsonl } | Should -Throw -ErrorId 'EtcdFileExists,*'
        { Convert-EtcdV2Store old -Lease Skip -ClearV2 } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        { Convert-EtcdV2Store demo } | Should -Throw -ErrorId 'EtcdNotSupported,*'

        Get-Content ./there.jsonl | Should -Be 'kept'
        './refused.jsonl' | Should -Not -Exist
    }

    It 'converts within a cluster and clears the v2 store' {
        $done = Convert-EtcdV2Store old -ExportPath ./all.jsonl -ClearV2 -Confirm:$false

        $done.Created, $done.EmptyDirectories, $done.Compared, $done.Cleared | Should -Be 2, 1, $true, $true
        (Get-EtcdKey -Cluster old -Prefix /).Key | Should -Be '/app/alive', '/app/name'
        $left = Invoke-RestMethod "$($old.Endpoints[0])v2/keys/?recursive=true"
        $left.node.PSObject.Properties.Name | Should -Not -Contain 'nodes'
        ($done | Out-String) | Should -Match '(?m)^Cleared +: True'
    }

    It 'reads a backup without etcd, and says what is no backup' {
        $data = $old.Spec.Members[0].Directory + '/data'
        Stop-EtcdMember * -Cluster old -Force -WarningAction SilentlyContinue
        tar -czf ./backup.tar.gz -C $data member
        $done = Convert-EtcdV2Store -Path ./backup.tar.gz -Destination demo -ExportPath ./backup.jsonl

        $done.Keys | Should -Be 0 # cleared above
        Set-Content ./text.tar.gz 'no archive'
        { Convert-EtcdV2Store -Path ./text.tar.gz -Destination demo } | Should -Throw -ErrorId 'EtcdSnapshotInvalid,*'
        { Convert-EtcdV2Store -Path ./nowhere -Destination demo } | Should -Throw -ErrorId 'EtcdSnapshotNotFound,*'
    }
}
