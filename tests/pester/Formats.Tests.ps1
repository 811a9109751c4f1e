# What operators see, at 80 columns.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"

    # Lines as a terminal of 80 columns shows them, without colours and what pads them.
    function Get-Line([Parameter(ValueFromPipeline)]$Formatted) {
        begin { $all = [Collections.Generic.List[object]]::new() }
        process { $all.Add($Formatted) }
        end { ($all | Out-String -Width 80) -replace "`e\[[\d;]*m" -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ } }
    }

    if (-not $missing) {
        $long = '/registry/' + 'a-name-that-goes-on/' * 4
        Set-EtcdKey -Cluster demo $long ('v' * 5000)
        Set-EtcdKey -Cluster demo /app/name "one`ntwo`e[31m"
        $saved = Save-EtcdSnapshot demo ./catalogue
        Set-EtcdKey -Cluster demo /app/name other
        $bytes = [IO.File]::ReadAllBytes($saved.Path)
        [IO.File]::WriteAllBytes("$PWD/catalogue/none.db", $bytes[0..($bytes.Length - 33)])
        $bytes[-1] = $bytes[-1] -bxor 1
        [IO.File]::WriteAllBytes("$PWD/catalogue/wrong.db", $bytes)
    }
}

AfterAll { Remove-OwnHome }

Describe 'Every table' {
    BeforeDiscovery {
        $tables = foreach ($file in Get-ChildItem "$PSScriptRoot/../../src/EtcdAdmin.PowerShell/Formats/*.ps1xml") {
            ([xml](Get-Content $file -Raw)).SelectNodes('//View[TableControl]') | ForEach-Object {
                $widths = @($_.SelectNodes('.//TableColumnHeader') | ForEach-Object { $width = $_.SelectSingleNode('Width'); if ($width) { [int]$width.InnerText } else { 0 } })
                @{ View = $_.Name; Widths = $widths; Cells = $_.SelectNodes('.//TableColumnItem').Count }
            }
        }
    }

    It 'has room for all its columns: <View>' -ForEach $tables {
        $open = @($Widths | Where-Object { $_ -eq 0 }).Count
        # PowerShell leaves the last column of the terminal free.
        $left = 79 - ($Widths | Measure-Object -Sum).Sum - ($Widths.Count - 1)

        $Cells | Should -Be $Widths.Count
        $left | Should -BeGreaterOrEqual (15 * $open)
        $Widths[0] | Should -BeGreaterThan 0 -Because 'PowerShell takes all widths from the first objects otherwise, and drops columns'
    }
}

Describe 'Version and size' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'show the data format and the quota only where they matter' {
        $readable = [EtcdAdmin.PowerShell.Formats.Readable]
        $version = (Get-EtcdHealth demo).RunningVersion
        $same = "$($version.Major).$($version.Minor).0"

        $readable::Version($version, $same), $readable::Version($version, $null), $readable::Version($null, '3.1.0') | Should -Be "$version", "$version", ''
        $readable::Version($version, '3.1.0') | Should -Be "$version`ndata 3.1"
        $readable::Share(1e9, 2e9), $readable::Share(1e9, $null), $readable::Share($null, 2e9), $readable::Share(1e9, -1) | Should -Be '1.0 GB', '1.0 GB', '', '1.0 GB'
        $readable::Share(1.9e9, 2e9) | Should -Be "1.9 GB`n95 % full"
    }
}

Describe 'At 80 columns' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'a missing and a wrong SHA-256 are seen among the snapshots of a folder' {
        $lines = Get-EtcdSnapshot ./catalogue | Get-Line

        $lines[0] | Should -Be "   Folder: $PWD/catalogue"
        $lines[1] | Should -MatchExactly '^Trailer +Cluster +Revision +Keys +Size +Name$'
        $lines[3] | Should -MatchExactly "^valid +demo +\d+ +2 +\S+ kB $(Split-Path -Leaf $saved.Path)$"
        $lines[4] | Should -MatchExactly '^none .* none\.db$'
        $lines[5] | Should -MatchExactly '^WRONG .* wrong\.db$'
        Get-EtcdSnapshot ./catalogue/wrong.db | Format-List | Get-Line | Should -Contain 'Trailer   : WRONG'
    }

    It 'a verdict tells what was checked, or why not' {
        $verdicts = Test-EtcdSnapshot ./catalogue
        $text = ($verdicts | Get-Line) -replace '^.{44}' -join ' '

        $verdicts | Get-Line | Select-Object -Skip 3 | Where-Object { $_ -match '^\S' } | Should -Match '^(yes|no) +\S+\.db '
        $text | Should -Match 'Entry, Structure, Order, Records, Trailer, Manifest Entry, Structure, Order, Records; nothing to check: Trailer, Manifest Trailer: the SHA-256'
        $verdicts[2].Checks | Get-Line | Should -Contain 'Trailer        no     the SHA-256 at the end does not match: the file was'
        $verdicts[2] | Format-List | Get-Line | Should -Contain '           was changed or damaged'
    }

    It 'retention tells the names' {
        $lines = Remove-EtcdSnapshot ./catalogue -Keep 1 -WhatIf -WarningAction Ignore -ErrorAction Ignore 6> $null | Get-Line

        $lines | Should -Contain "Kept        demo     $(Split-Path -Leaf $saved.Path) number 1 of the"
    }

    It 'keys are shown whole, of values one line, and no control characters' {
        $lines = Get-EtcdKey -Cluster demo -Prefix /registry/ | Get-Line
        $name = Get-EtcdSnapshotKey $saved.Path /app/name | Get-Line
        $changes = Compare-EtcdSnapshot $saved.Path -Cluster demo | Get-Line

        (($lines | Select-Object -Skip 2) -replace '^.{12}' -replace '^(.{30}).*$', '$1' -join '').Replace(' ', '') | Should -Be $long
        @($lines -match 'vvv') | Should -HaveCount 1
        $lines[2] | Should -Match ' v+… +1$'
        $name[2] | Should -Match "/app/name +one\uFFFDtwo\uFFFD\[31m +1$"
        $changes[2] | Should -Match '^Changed /app/name +one\uFFFDtwo.* other$'
    }

    It 'what was restored, drilled, measured, exported is on one line each, with its file' {
        $name = Split-Path -Leaf $saved.Path
        $drill = ($saved | Test-EtcdSnapshot -Drill).Drill
        $restore = $saved | Restore-EtcdSnapshot -Cluster demo -Confirm:$false

        $drill | Format-Table | Get-Line | Select-Object -Last 1 | Should -Match "^yes +\d{4}-.* 3\.5\.\d+ +[\d.]+ $name$"
        $restore | Format-Table | Get-Line | Select-Object -Last 1 | Should -Match "^demo +\d+ +2 $name$"
        $restore.Backup | Format-Table | Get-Line | Select-Object -Index 2 | Should -Match '^localhost +demo-1 +\d+(\.\d)? [km]?B /'
        $saved | Measure-EtcdSnapshot | Format-Table | Get-Line | Select-Object -Last 1 | Should -Match " 2 $name$"
        Export-EtcdKey -Cluster demo -Path ./k.jsonl | Format-Table | Get-Line | Select-Object -Index 2 | Should -Match '^ +2 +.* demo +/'
    }
}
