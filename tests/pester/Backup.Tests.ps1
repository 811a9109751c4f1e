# Removing old snapshots as an operator does it. Real snapshots come from one member that is installed here.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    . "$PSScriptRoot/NewPwsh.ps1"
    if (-not $missing) { $saved = Save-EtcdSnapshot demo -Destination ./first }

    function New-Catalogue {
        $path = New-Item -ItemType Directory (Join-Path $folder ([guid]::NewGuid()))
        foreach ($day in 1..4) { Copy-Item $saved.Path "$path/etcd-snapshot-2026-01-0$day-00.00.00.db" }
        $path.FullName
    }
}

AfterAll { Remove-OwnHome }

Describe 'Remove-EtcdSnapshot' {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because $missing }
        else { $path = New-Catalogue }
    }

    It 'removes what no rule keeps, and says why the others stay' {
        $told = Remove-EtcdSnapshot $path -Keep 1 -KeepDaily 2 -Confirm:$false

        $told.Action | Should -Be Kept, Kept, Removed, Removed
        $told[0].Reason | Should -Be 'number 1 of the newest 1; newest of day 2026-01-04, 1 of 2'
        (Get-ChildItem $path).Name | Should -Be 'etcd-snapshot-2026-01-03-00.00.00.db', 'etcd-snapshot-2026-01-04-00.00.00.db'
    }

    It 'removes nothing under -WhatIf' {
        $told = Remove-EtcdSnapshot $path -Keep 1 -WhatIf 6>&1

        $told.Action | Should -Be Kept, ToBeRemoved, ToBeRemoved, ToBeRemoved
        Get-ChildItem $path | Should -HaveCount 4
    }

    It 'leaves alone what is not a snapshot, in a folder and through the pipeline' {
        'how it is done' > "$path/README.txt"
        'SQLite format 3' > "$path/app.db"

        $told = Get-ChildItem $path | Remove-EtcdSnapshot -Keep 1 -Confirm:$false
        $again = Remove-EtcdSnapshot $path -Keep 1 -Confirm:$false

        ($told | Where-Object Reason -eq 'not a snapshot').Path | Split-Path -Leaf | Should -Be 'app.db', 'README.txt'
        $again.Action | Should -Be Kept, Kept
        (Get-ChildItem $path).Name | Sort-Object | Should -Be 'app.db', 'etcd-snapshot-2026-01-04-00.00.00.db', 'README.txt'
    }

    It 'takes snapshots from the pipeline' {
        Get-EtcdSnapshot $path | Select-Object -First 3 | Remove-EtcdSnapshot -Keep 1 -Confirm:$false | Out-Null
        Get-ChildItem $path -Filter *-04-* | Remove-EtcdSnapshot -Confirm:$false | Out-Null

        (Get-ChildItem $path).Name | Should -Be 'etcd-snapshot-2026-01-03-00.00.00.db'
    }

    It 'refuses the last valid one, a folder without rules, and force with rules' {
        { Get-EtcdSnapshot $path | Remove-EtcdSnapshot -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSnapshotLast,*'
        { Remove-EtcdSnapshot $path -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        { Remove-EtcdSnapshot $path -Keep 1 -Force -Confirm:$false } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        Get-ChildItem $path | Should -HaveCount 4

        (Get-EtcdSnapshot $path | Remove-EtcdSnapshot -Force -Confirm:$false).Action | Should -Be Removed, Removed, Removed, Removed
    }
}

Describe 'Copy-EtcdSnapshot' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'copies nothing under -WhatIf, and shows no signature' {
        $said = Invoke-NewPwsh "Import-Module '$module/EtcdAdmin.psd1'; Copy-EtcdSnapshot '$($saved.Path)' 'https://store.invalid/one.db?X-Amz-Signature=abc' -WhatIf"

        $said | Should -BeLike 'What if:*Copy to https://store.invalid/one.db"*'
        "$said" | Should -Not -BeLike '*Signature*'
    }

    It 'puts one file at a pre-signed URL, and not another over it' {
        $url = "http://127.0.0.1:$(Get-FreePort 1)/"
        $listener = [Net.HttpListener]::new()
        $listener.Prefixes.Add($url)
        $listener.Start()
        # A store that does not know If-None-Match.
        $asked = [Collections.Concurrent.ConcurrentQueue[string]]::new()
        $store = [powershell]::Create().AddScript({
            $ErrorActionPreference = 'Stop'
            while ($true) {
                $call = $args[0].GetContext()
                $call.Request.InputStream.CopyTo([IO.Stream]::Null)
                $args[1].Enqueue($call.Request.RawUrl)
                $call.Response.Close()
            }
        }).AddArgument($listener).AddArgument($asked)
        $serving = $store.BeginInvoke()
        try {
            $copied = New-Catalogue | Copy-EtcdSnapshot -Destination "${url}one.db?X-Amz-Signature=abc" -ErrorAction SilentlyContinue -ErrorVariable refused
        }
        finally {
            $listener.Stop() # which ends the script, too
            { $store.EndInvoke($serving) } | Should -Throw
            $store.Dispose()
        }

        $copied.Destination | Should -Be "${url}one.db"
        $asked | Should -HaveCount 1
        $refused.FullyQualifiedErrorId | Should -Be (@('EtcdInvalidArgument,EtcdAdmin.PowerShell.Cmdlets.CopyEtcdSnapshotCommand') * 3)
        "$refused" | Should -Not -BeLike '*Signature*'
    }

    It 'loads what it needs for S3 only when it meets an s3 address, and apart from others' {
        $said = Invoke-NewPwsh @"
            function Get-Loaded { [Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object { `$name = `$_.Name; `$_.Assemblies | Where-Object { "`$_" -like 'AWSSDK*' } | ForEach-Object { `$name } } | Select-Object -Unique }
            Import-Module '$module/EtcdAdmin.psd1'
            `$key = [pscredential]::new('key', (ConvertTo-SecureString secret -AsPlainText -Force))
            `$saved = Get-EtcdSnapshot '$($saved.Path)'
            "before: `$(Get-Loaded)"
            try { `$saved | Copy-EtcdSnapshot -Destination s3://bucket/ -S3Endpoint http://127.0.0.1:9 -S3Credential `$key } catch { `$_.FullyQualifiedErrorId }
            "after: `$(Get-Loaded)"
"@

        $said | Should -HaveCount 3
        $said[0] | Should -Be 'before: '
        $said[1] | Should -BeLike 'EtcdTransferFailed,*'
        $said[2] | Should -Be 'after: EtcdAdmin'
    }

    It 'takes a pattern' {
        $path = New-Catalogue

        $said = Invoke-NewPwsh "Import-Module '$module/EtcdAdmin.psd1'; Copy-EtcdSnapshot '$path/*-0[23]-*.db' s3://bucket/ -WhatIf"

        $said | Should -HaveCount 2
    }

    It 'says of a file that is not there that it is not there' {
        { Copy-EtcdSnapshot (Join-Path $TestDrive 'nope.db') -Destination s3://backups/ -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSnapshotNotFound,*'
    }

    It 'refuses what is not a destination' {
        { $saved | Copy-EtcdSnapshot -Destination ftp://store.invalid/ -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
    }
}

Describe 'Snapshot schedules' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'are refused for clusters on this machine, with the way out: <_>' -ForEach 'Register', 'Get', 'Unregister' {
        $schedule = Get-Command "$_-EtcdSnapshotSchedule"

        { & $schedule demo -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdNotSupported,*'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*Save-EtcdSnapshot demo*'
    }

    It 'need times that fit' {
        { Register-EtcdSnapshotSchedule demo -Every 5:00:00 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        { Register-EtcdSnapshotSchedule demo -At 02:30, 02:32 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSpecInvalid,*'
        { Register-EtcdSnapshotSchedule demo -S3Destination 'https://store.invalid/x?X-Amz-Signature=abc' -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        "$($Error[0])" | Should -Not -BeLike '*Signature*'
        $Error[0].TargetObject | Should -Be 'https://store.invalid/x'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*s3://backups/etcd/demo/*'
        { Register-EtcdSnapshotSchedule demo -At noon } | Should -Throw -ErrorId 'CannotConvertArgument*,*'
    }
}
