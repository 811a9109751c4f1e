# Paths as operators have them, and what becomes of those that lead nowhere.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    if (-not $missing) {
        Set-EtcdKey /app/name web demo
        $odd = (New-Item -ItemType Directory './odd [x] ünïcode 日本').FullName
        $saved = Save-EtcdSnapshot demo "$odd/one [1].db"
        $null = New-Item -ItemType Directory ./empty, ./empty2
    }
}

AfterAll { Remove-OwnHome }

Describe 'Paths' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'with blanks, brackets and letters of all alphabets are taken as they are: <Command>' -ForEach @(
        @{ Command = '(Get-EtcdSnapshot "$odd/one [1].db").Path' }
        @{ Command = '(Get-EtcdSnapshot $odd).Path' }
        @{ Command = '(Get-EtcdSnapshot "./odd*/one*.db").Path' }
        @{ Command = '(Get-ChildItem -LiteralPath $odd *.db | Get-EtcdSnapshot).Path' }
        @{ Command = '(Test-EtcdSnapshot $odd).Path' }
        @{ Command = '(Measure-EtcdSnapshot $odd).Path' }
        @{ Command = '(Get-EtcdSnapshotKey $odd -Key /app/name).Path' }
        @{ Command = 'Compare-EtcdSnapshot "$odd/one [1].db" -Cluster demo; $saved.Path' }
        @{ Command = 'Push-Location -LiteralPath $odd; (Get-EtcdSnapshot).Path; Pop-Location' }
        @{ Command = 'New-PSDrive odd FileSystem ([wildcardpattern]::Escape($odd)) | Out-Null; (Get-EtcdSnapshot odd:).Path' }
    ) {
        & ([scriptblock]::Create($Command)) | Should -Be $saved.Path
    }

    It 'are counted from where PowerShell is, not from where the process is' {
        [Environment]::CurrentDirectory | Should -Not -Be "$folder"
        (Save-EtcdSnapshot demo ./here/one.db).Path | Should -Be (Join-Path $folder 'here/one.db')
        (Export-EtcdKey demo ./here/one.jsonl).Path | Should -Be (Join-Path $folder 'here/one.jsonl')
    }

    It 'that are none of the file system are refused: <Command>' -ForEach @(
        @{ Command = 'Save-EtcdSnapshot demo env:/nowhere' }
        @{ Command = 'Get-EtcdSnapshot env:' }
        @{ Command = 'Export-EtcdKey demo env:/nowhere' }
        @{ Command = 'Push-Location env:; try { Save-EtcdSnapshot demo } finally { Pop-Location }' }
    ) {
        { & ([scriptblock]::Create($Command)) } | Should -Throw -ErrorId 'EtcdInvalidArgument,*' -ExpectedMessage '*is not a path of the file system but a path of Environment*'
        Join-Path ([Environment]::CurrentDirectory) 'nowhere' | Should -Not -Exist
    }

    It 'of drives that are not there are told once' {
        $found = $null
        Save-EtcdSnapshot demo nodrive:/x -ErrorAction SilentlyContinue -ErrorVariable found
        $found.FullyQualifiedErrorId | Should -BeLike 'DriveNotFound,*'
        $found | Should -HaveCount 1
    }

    It 'of folders without a snapshot do not look as if all were well: <_>' -ForEach 'Test-EtcdSnapshot', 'Measure-EtcdSnapshot', 'Get-EtcdSnapshotKey' {
        { & $_ ./empty } | Should -Throw -ErrorId 'EtcdSnapshotNotFound,*'
        { & $_ './empty*' } | Should -Throw -ErrorId 'EtcdSnapshotNotFound,*'
        Get-EtcdSnapshot ./empty | Should -BeNullOrEmpty
    }

    It 'of the database of a running member say how to come by a snapshot' {
        $file = Join-Path $env:ETCDADMIN_HOME 'local/demo/demo-1/data/member/snap/db'
        { Get-EtcdSnapshot $file } | Should -Throw -ErrorId 'EtcdSnapshotUnreadable,*' -ExpectedMessage '*another process has locked the file*'
    }

    It 'that lead nowhere are told in plain words: <Command>' -ForEach @(
        @{ Command = 'Export-EtcdKey demo ./no/where.jsonl'; Message = "Cannot write '*/no/where.jsonl': the folder does not exist." }
        @{ Command = 'Import-EtcdKey ./nowhere.jsonl demo'; Message = "Cannot read '*/nowhere.jsonl': the file does not exist." }
        @{ Command = 'Compare-EtcdSnapshot ./nowhere.db -Cluster demo'; Message = "Cannot read '*/nowhere.db': the file does not exist." }
    ) {
        { & ([scriptblock]::Create($Command)) } | Should -Throw -ExpectedMessage $Message
    }

    It 'come from files of objects too' {
        $saved | Export-Clixml ./saved.xml
        $saved | ConvertTo-Json -Depth 5 | Set-Content ./saved.json

        Import-Clixml ./saved.xml | Test-EtcdSnapshot -Quiet | Should -BeTrue
        Get-Content ./saved.json | ConvertFrom-Json | Test-EtcdSnapshot -Quiet | Should -BeTrue
        $saved.Path | Compare-EtcdSnapshot -Cluster demo | Should -BeNullOrEmpty
    }
}

Describe 'Errors' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'do not name the parameters of methods' {
        $failure = { Get-EtcdKey '' demo } | Should -Throw -PassThru
        "$failure" | Should -Be 'A key must have at least one byte.'
        $failure = { Restore-EtcdSnapshot $saved.Path demo -NoRejoin -WhatIf } | Should -Throw -PassThru
        "$failure" | Should -Not -BeLike '*(Parameter*'
    }
}
