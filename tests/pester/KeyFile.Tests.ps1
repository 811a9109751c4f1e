# Keys to files and back, as an operator types it.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"

    function Get-KeyText([string]$Prefix) { Get-EtcdKey -Cluster demo -Prefix $Prefix | ForEach-Object { "$($_.Key)=$($_.Value)" } }
    function Get-Revision { (Set-EtcdKey -Cluster demo /revision x -PassThru).ModRevision }

    if (-not $missing) {
        1..5 | ForEach-Object { Set-EtcdKey -Cluster demo "/app/$_" "value, `"$_`"" }
        Set-EtcdKey -Cluster demo -Key ([byte[]](0x2f, 0x61, 0x70, 0x70, 0x2f, 0xff)) -Value ([byte[]](0, 1, 255))
        $snapshot = Save-EtcdSnapshot demo
    }
}

AfterAll { Remove-OwnHome }

Describe 'Export-EtcdKey' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'takes a cluster by name, position and pipeline' {
        $named = Export-EtcdKey demo -Prefix /app/ -Path ./named.jsonl
        $placed = Export-EtcdKey demo ./placed.jsonl -Prefix /app/
        $piped = Get-EtcdCluster demo | Export-EtcdKey -Path ./piped.jsonl -From /app/ -To /app0

        $named.Keys, $placed.Keys, $piped.Keys | Should -Be 6, 6, 6
        $named.Source | Should -Be 'demo'
        $named.Revision | Should -BeGreaterThan 6
        if (-not $IsWindows) { (Get-Item ./named.jsonl).UnixFileMode | Should -Be 'UserWrite, UserRead' }
    }

    It 'takes what is typed first: <Command>' -ForEach @(
        @{ Command = 'Export-EtcdKey demo ./first.jsonl' }
        @{ Command = 'Export-EtcdKey $c ./first.jsonl' }
        @{ Command = '$c | Export-EtcdKey ./first.jsonl' }
        @{ Command = "'demo' | Export-EtcdKey ./first.jsonl" }
        @{ Command = 'Export-EtcdKey -Cluster demo ./first.jsonl' }
        @{ Command = '$c | Export-EtcdKey ./first.jsonl -Prefix /' }
        @{ Command = 'Export-EtcdKey demo ./first.jsonl -From /app/ -Force' }
        @{ Command = 'Get-EtcdKey -Prefix / demo | Export-EtcdKey ./first.jsonl' }
        @{ Command = 'Export-EtcdKey ./first.jsonl -InputObject (Get-EtcdKey /app/1 demo)' }
    ) {
        $export = & ([scriptblock]::Create($Command))

        $export.Source | Should -Be 'demo'
        $export.Keys | Should -BeIn 1, 6, 7
        Remove-Item ./first.jsonl
    }

    It 'says what is missing, or too much: <Command>' -ForEach @(
        @{ Command = 'Export-EtcdKey ./none.jsonl' }
        @{ Command = 'Get-EtcdKey -Prefix / demo | Export-EtcdKey demo ./none.jsonl' }
        @{ Command = 'Get-EtcdKey -Prefix / demo | Export-EtcdKey ./none.jsonl -Prefix /app/' }
        @{ Command = 'Export-EtcdKey ./none.jsonl demo' }
    ) {
        { & ([scriptblock]::Create($Command)) } | Should -Throw -ErrorId 'Etcd*Invalid*,*'
        './none.jsonl', './demo' | Should -Not -Exist
    }

    It 'makes no file of a cluster that there is not' {
        { 'nobody' | Export-EtcdKey ./none.jsonl } | Should -Throw -ErrorId 'EtcdClusterNotFound,*'
        'nobody' | Export-EtcdKey ./none.jsonl -ErrorAction Ignore
        './none.jsonl' | Should -Not -Exist
    }

    It 'takes keys from a snapshot and from a cluster, as <_>' -ForEach 'csv', 'jsonl' {
        $offline = Get-EtcdSnapshotKey $snapshot.Path -Prefix /app/ | Export-EtcdKey "./offline.$_"
        $live = Get-EtcdKey -Cluster demo -Prefix /app/ | Export-EtcdKey "./live.$_"

        $offline.Keys, $live.Keys | Should -Be 6, 6
        $offline.Source | Should -Be $snapshot.Path
        Get-Content "./offline.$_" | Select-Object -Skip 1 | Select-Object -SkipLast 1 |
            Should -Be (Get-Content "./live.$_" | Select-Object -Skip 1 | Select-Object -SkipLast 1)
    }

    It 'writes a file also where there is no key' {
        (Get-EtcdKey -Cluster demo -Prefix /nothing/ | Export-EtcdKey ./nothing.jsonl).Keys | Should -Be 0
        Get-Content ./nothing.jsonl | Should -HaveCount 2
    }

    It 'replaces no file where nothing came: <Command>' -ForEach @(
        @{ Command = "Get-EtcdCluster prdo -ErrorAction Ignore | Export-EtcdKey ./kept.jsonl -Force" }
        @{ Command = "Get-EtcdKey -Cluster demo -Prefix /nothing/ | Export-EtcdKey ./kept.jsonl -Force" }
        @{ Command = "@() | Export-EtcdKey ./kept.jsonl" }
    ) {
        Set-Content ./kept.jsonl 'yesterday'
        { & ([scriptblock]::Create($Command)) } | Should -Throw -ErrorId 'EtcdFileExists,*' -ExpectedMessage 'Nothing came through the pipeline*'
        Get-Content ./kept.jsonl | Should -Be 'yesterday'
    }

    It 'replaces a file by that of a cluster, also where none of its keys is meant' {
        Set-Content ./replaced.jsonl 'yesterday'
        (Get-EtcdCluster demo | Export-EtcdKey ./replaced.jsonl -Prefix /nothing/ -Force).Keys | Should -Be 0
        Get-Content ./replaced.jsonl | Should -HaveCount 2
    }

    It 'makes no file where keys of a cluster are meant, and no cluster came' {
        { Get-EtcdCluster prdo -ErrorAction Ignore | Export-EtcdKey ./none.jsonl -Prefix /app/ } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        './none.jsonl' | Should -Not -Exist
    }

    It 'never replaces a file by itself, and leaves none with -WhatIf' {
        { Export-EtcdKey demo -Path ./named.jsonl } | Should -Throw -ErrorId 'EtcdFileExists,*'
        { Get-EtcdKey -Cluster demo /app/1 | Export-EtcdKey ./named.jsonl } | Should -Throw -ErrorId 'EtcdFileExists,*'
        $found = $null
        1..500 | ForEach-Object { Get-EtcdKey -Cluster demo /app/1 } | Export-EtcdKey ./named.jsonl -ErrorAction SilentlyContinue -ErrorVariable found
        $found | Should -HaveCount 1
        (Export-EtcdKey demo -Path ./named.jsonl -Prefix /app/ -Force).Keys | Should -Be 6
        Get-EtcdKey -Cluster demo -Prefix /app/ | Export-EtcdKey ./whatif.jsonl -WhatIf
        Export-EtcdKey demo -Path ./whatif.jsonl -WhatIf
        Get-ChildItem ./whatif* | Should -BeNullOrEmpty
    }

    It 'refuses keys that were read without their values, once' {
        $found = $null
        Get-EtcdKey -Cluster demo -Prefix /app/ -KeysOnly | Export-EtcdKey ./hollow.jsonl -ErrorAction SilentlyContinue -ErrorVariable found
        $found | Should -HaveCount 1
        $found[0].Exception.Message | Should -Match 'without its value'
        { Get-EtcdSnapshotKey $snapshot.Path -Prefix /app/ -KeysOnly | Export-EtcdKey ./hollow.jsonl } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        Get-ChildItem ./hollow* | Should -BeNullOrEmpty
    }

    It 'does not replace the keys of one cluster by those of the next' {
        $found = $null
        $done = (Get-EtcdCluster demo), (Get-EtcdCluster demo) | Export-EtcdKey -Path ./two.jsonl -Force -ErrorAction SilentlyContinue -ErrorVariable found
        $done | Should -HaveCount 1
        $found | Should -HaveCount 1
        $found[0].FullyQualifiedErrorId | Should -BeLike 'EtcdInvalidArgument,*'
    }

    It 'leaves no file where the pipeline ends early' {
        { 1..3 | ForEach-Object { Get-EtcdKey -Cluster demo "/app/$_"; if ($_ -eq 2) { throw 'enough' } } | Export-EtcdKey ./broken.jsonl } | Should -Throw 'enough'
        $until = [datetime]::UtcNow.AddSeconds(5)
        while ((Get-ChildItem ./broken*) -and [datetime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
        Get-ChildItem ./broken* | Should -BeNullOrEmpty
    }
}

Describe 'Import-EtcdKey' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'says what it would do, and does it, byte for byte, from <_>' -ForEach 'live.csv', 'offline.jsonl' {
        $before = Get-Revision
        Import-EtcdKey "./$_" -Cluster demo -MapPrefix /app/, "/$_/" -WhatIf
        Get-Revision | Should -Be ($before + 1)

        $import = Get-Item "./$_" | Import-EtcdKey -Cluster demo -MapPrefix /app/, "/$_/"
        $again = Import-EtcdKey "./$_" demo -MapPrefix /app/, "/$_/"

        $import.Created, $again.Created, $again.Unchanged | Should -Be 6, 0, 6
        $copies = Get-EtcdKey -Cluster demo -Prefix "/$_/"
        $copies.Value | Should -Be (Get-EtcdKey -Cluster demo -Prefix /app/).Value
        $copies[-1].ValueBytes | Should -Be 0, 1, 255
    }

    It 'changes nothing that is there unless it is told' {
        Set-EtcdKey -Cluster demo /app/1 other

        { Import-EtcdKey ./named.jsonl -Cluster demo } | Should -Throw -ErrorId 'EtcdKeyExists,*'
        { Import-EtcdKey ./named.jsonl -Cluster demo -IfAbsent -Force } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        (Import-EtcdKey ./named.jsonl -Cluster demo -IfAbsent).Kept | Should -Be 1
        (Get-EtcdKey -Cluster demo /app/1).Value | Should -Be 'other'
        (Import-EtcdKey ./named.jsonl -Cluster demo -Force).Changed | Should -Be 1
        (Get-EtcdKey -Cluster demo /app/1).Value | Should -Be 'value, "1"'
    }

    It 'refuses a file that was cut off or changed, and takes it when it is told' {
        Get-Content ./named.jsonl | Select-Object -SkipLast 2 | Set-Content ./cut.jsonl
        Import-Csv ./live.csv | ForEach-Object { $_.key = $_.key -replace '^/app/', '/sheet/'; $_ } | Where-Object keyEncoding -NE end |
            Export-Csv ./sheet.csv -UseQuotes AsNeeded

        { Import-EtcdKey ./cut.jsonl -Cluster demo } | Should -Throw -ErrorId 'EtcdKeyFileInvalid,*'
        { Import-EtcdKey ./sheet.csv -Cluster demo } | Should -Throw -ErrorId 'EtcdKeyFileInvalid,*'
        (Import-EtcdKey ./sheet.csv -Cluster demo -Prefix /sheet/ -SkipHashCheck).Created | Should -Be 5
        Get-KeyText /sheet/ | Select-Object -First 1 | Should -Be '/sheet/1=value, "1"'
    }

    It 'tells every bad line by its number' {
        Set-Content ./bad.jsonl '{"key":"/bad/1","value":"1"}', 'secret', '{"key":"/bad/2"}'
        $found = $null
        Import-EtcdKey ./bad.jsonl -Cluster demo -SkipHashCheck -ErrorAction SilentlyContinue -ErrorVariable found

        $found.Exception.Message | Should -Match 'line [23]:'
        $found | Should -HaveCount 2
        $found.Exception.Message | Should -Not -Match 'secret'
        Get-KeyText /bad/ | Should -BeNullOrEmpty
    }

    It 'puts no empty value for a key that was read without its own' {
        { Get-EtcdSnapshotKey $snapshot.Path -Key /app/1 -KeysOnly | Set-EtcdKey -Cluster demo -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        (Get-EtcdKey -Cluster demo /app/1).Value | Should -Be 'value, "1"'
    }

    It 'takes keys that were kept as objects byte for byte: <Form>' -ForEach @(
        @{ Form = 'Export-Clixml'; Kept = { $keys | Export-Clixml ./keys.xml; Import-Clixml ./keys.xml } }
        @{ Form = 'ConvertTo-Json'; Kept = { $keys | Select-Object Key, Value, KeyBytes, ValueBytes | ConvertTo-Json | ConvertFrom-Json } }
    ) {
        $keys = Get-EtcdKey -Cluster demo -Prefix ([byte[]](0x2f, 0x61, 0x70, 0x70, 0x2f, 0xff))
        $kept = & $Kept

        $kept | Remove-EtcdKey -Cluster demo -Confirm:$false
        $gone = Get-EtcdKey -Cluster demo -Prefix ([byte[]](0x2f, 0x61, 0x70, 0x70, 0x2f, 0xff))
        $back = $kept | Set-EtcdKey -Cluster demo -PassThru

        $gone | Should -BeNullOrEmpty
        [Convert]::ToHexString($back.KeyBytes), [Convert]::ToHexString($back.ValueBytes) | Should -Be '2F6170702FFF', '0001FF'
    }

    It 'says that there is no such file' {
        { Import-EtcdKey ./nowhere.jsonl -Cluster demo } | Should -Throw -ErrorId 'EtcdKeyFileNotFound,*'
    }
}
