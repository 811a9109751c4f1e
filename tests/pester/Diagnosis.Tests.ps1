# What operators see of errors and support bundles.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    $space = '{"level":"warn","ts":"2026-01-31T03:00:00.1Z","caller":"etcdserver/apply.go:752","msg":"alarm raised","alarm":"NOSPACE","from":"8211f1d0f64f3269"}'
    $slow = '2026-01-31 03:00:00.123456 W | wal: sync duration of 1.5s, expected less than 1s'
}

AfterAll { Remove-OwnHome }

Describe 'Resolve-EtcdError' {
    It 'explains lines from the pipeline, once for each error' {
        $found = @($slow, 'nothing', '', $space, $slow) | Resolve-EtcdError
        $found.Signature | Should -Be 'disk-slow', 'space-quota'
        $found[0].Count | Should -Be 2
        $found[0].LineNumber | Should -Be 5
        $found[1].Command | Should -Match 'Repair-EtcdSpace'
        $shown = $found | Out-String -Width 80
        $shown | Should -Match 'disk-slow +2 '
        $shown -split "`n" | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }

    It 'reads log files, by path and from the pipeline' {
        Set-Content ./one.log $space, $slow
        Set-Content ./two.log $slow
        $found = Resolve-EtcdError -Path ./*.log
        $found.Count | Should -Be 3
        ($found | Group-Object Path).Name | Split-Path -Leaf | Should -Be 'one.log', 'two.log'
        (Get-ChildItem ./two.log | Resolve-EtcdError).Signature | Should -Be 'disk-slow'
        { Resolve-EtcdError -Path ./none.log -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
    }

    It 'goes on after a file that is missing' {
        Set-Content ./two.log $slow
        (Resolve-EtcdError -Path ./none.log, ./two.log -ErrorAction SilentlyContinue -ErrorVariable missing).Signature | Should -Be 'disk-slow'
        $missing[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        "$($missing[0].TargetObject)" | Should -Match 'none.log'
    }

    It 'explains error records and exceptions' {
        try { throw [InvalidOperationException]::new('rpc error: etcdserver: mvcc: database space exceeded') } catch { $record = $_ }
        ($record | Resolve-EtcdError).Signature | Should -Be 'space-quota'
        (Resolve-EtcdError $record.Exception).Signature | Should -Be 'space-quota'
        Get-EtcdHealth no-such-cluster -ErrorAction SilentlyContinue -ErrorVariable failed
        $own = Resolve-EtcdError $failed[0]
        $own.Signature | Should -Be 'EtcdClusterNotFound'
        $own.Command | Should -Not -BeNullOrEmpty
    }

    It 'says that it found nothing' {
        'all is well' | Resolve-EtcdError -InformationVariable said | Should -BeNullOrEmpty
        "$said" | Should -Be 'No known error was found.'
    }
}

Describe 'Export-EtcdSupportBundle' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'writes nothing with -WhatIf' {
        Export-EtcdSupportBundle demo ./whatif -WhatIf | Should -BeNullOrEmpty
        Test-Path ./whatif | Should -BeFalse
    }

    It 'writes one file with an index, without secrets' {
        $bundle = Get-EtcdCluster demo | Export-EtcdSupportBundle -Destination ./bundles
        $bundle.Missing | Should -BeNullOrEmpty
        $bundle.Hosts.Collected | Should -BeTrue
        (Get-ChildItem ./bundles).FullName | Should -Be $bundle.Path
        New-Item -ItemType Directory ./unpacked | Out-Null
        tar -xzf $bundle.Path -C ./unpacked
        $root = (Get-ChildItem ./unpacked).FullName
        Get-Content "$root/index.txt" -First 1 | Should -Match '^Support bundle of cluster demo, '
        (Get-Content "$root/index.json" -Raw | ConvertFrom-Json).files.Count | Should -Be $bundle.Files.Count
        Get-ChildItem $root -Recurse -File | Select-String -CaseSensitive 'PRIVATE KEY' | Should -BeNullOrEmpty
        $shown = $bundle | Out-String -Width 80
        $shown | Should -Match 'Hosts +: localhost'
    }

    It 'does not overwrite a file' {
        Set-Content ./there.tar.gz mine
        { Export-EtcdSupportBundle demo ./there.tar.gz -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdFileExists,*'
        Get-Content ./there.tar.gz | Should -Be mine
    }
}
