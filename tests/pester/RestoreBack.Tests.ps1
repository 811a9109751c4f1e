# Undoing restores, and several in one pipeline, as an operator types them; on real clusters of this machine, which serve all
# tests in this order.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . "$PSScriptRoot/OwnHome.ps1"

    $missing = Install-OwnCluster 3.5 {
        $null = Install-EtcdCluster demo -Local -Size 3 -Version 3.5 -ClientPort (Get-FreePort 3) -PeerPort (Get-FreePort 3)
        $null = Install-EtcdCluster copy -Local -Size 1 -Version 3.5 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
        1..20 | ForEach-Object { Set-EtcdKey -Cluster demo "/k/$_" "v$_" }
        $script:snapshot = Save-EtcdSnapshot demo -Destination ./backups
        Set-EtcdKey -Cluster demo /k/later kept
    }
}

AfterAll { Remove-OwnHome }

Describe 'Restore-EtcdSnapshot' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'says first what would be restored: of which cluster, how much, from when' {
        $said = Join-Path $folder 'said.txt'
        Start-Transcript $said | Out-Null
        Restore-EtcdSnapshot $snapshot.Path -Cluster copy -WhatIf 3>$null
        Stop-Transcript | Out-Null
        $lines = Get-Content $said | Where-Object { $_ -like 'What if: *' }

        $lines[0] | Should -BeLike ('What if: Restoring cluster copy from {0} (of cluster demo, 20 keys, revision {1}, taken {2:yyyy-MM-dd HH:mm} UTC) takes * steps:*' -f
            (Split-Path -Leaf $snapshot.Path), $snapshot.Revision, $snapshot.Created.UtcDateTime)
        $lines[1] | Should -BeLike 'What if: 1. this machine: Record in the profile *'
    }

    It 'says so also where whoever made the snapshot named it to deceive' {
        $name = "etcd`e7.db"
        Copy-Item $snapshot.Path "./$name"
        $notes = Get-Content "$($snapshot.Path).json" -Raw | ConvertFrom-Json
        $notes.clusterName = "other`r`e[2Kdemo"
        $notes | ConvertTo-Json | Set-Content -LiteralPath "./$name.json"
        $said = Join-Path $folder 'deceived.txt'

        Start-Transcript $said | Out-Null
        Restore-EtcdSnapshot "./$name" -Cluster copy -WhatIf -WarningVariable told 3>$null
        Stop-Transcript | Out-Null

        $text = Get-Content $said -Raw
        $text | Should -BeLike "*What if: Restoring cluster copy from etcd$([char]0xFFFD)7.db (of cluster other$([char]0xFFFD)$([char]0xFFFD)``[2Kdemo, 20 keys*"
        $text.Substring($text.IndexOf('What if: ')) | Should -Not -Match "`e"
        (Get-EtcdSnapshot "./$name").ClusterName | Should -Not -Match '\p{Cc}'
        Remove-Item -LiteralPath "./$name", "./$name.json"
    }

    It 'restores one after the other, and one that cannot be is an error of its own' {
        Set-Content ./damaged.db ('x' * 40000)
        $files = './nothing.db', $snapshot.Path, './damaged.db', $snapshot.Path

        $restored = $files | Restore-EtcdSnapshot -Cluster copy -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed 3>$null

        $restored | Should -HaveCount 2
        $failed | Should -HaveCount 2
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'EtcdSnapshotNotFound,*'
        $failed[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failed[0].TargetObject | Should -BeLike '*nothing.db'
        $failed[0].ErrorDetails.RecommendedAction | Should -BeLike 'Check the path*'
        $failed[1].FullyQualifiedErrorId | Should -BeLike 'EtcdSnapshotInvalid,*'
        $failed[1].CategoryInfo.Category | Should -Be 'InvalidData'
        $failed[1].TargetObject | Should -BeLike '*damaged.db'
        $restored[1].Revision | Should -BeGreaterThan $restored[0].Revision
        (Get-EtcdKey -Cluster copy -Prefix /k/ | Measure-Object).Count | Should -Be 20
    }

    It 'stops at Ctrl+C: what is under way is taken back, and what follows in the pipeline is not begun' {
        Set-EtcdKey -Cluster copy /written 'after the restore'
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                    param($module, $file)
                    Import-Module "$module/EtcdAdmin.psd1"
                    $file, $file | Restore-EtcdSnapshot -Cluster copy -Confirm:$false -Verbose 3>$null
                }).AddArgument("$module").AddArgument($snapshot.Path)
            $run = $shell.BeginInvoke()
            $verbose = $shell.Streams.Verbose
            while (-not ($verbose | Where-Object Message -Match 'Move the old data')) {
                if ($run.IsCompleted) { throw "It ended before it was stopped: $($shell.Streams.Error)" }
                Start-Sleep -Milliseconds 20
            }
            $shell.Stop()

            @($verbose | Where-Object Message -Match 'Record in the profile') | Should -HaveCount 1 # the second was never begun
        }
        finally { $shell.Dispose() }

        (Get-EtcdHealth copy).Healthy | Should -BeTrue
        (Get-EtcdKey -Cluster copy /written).Value | Should -Be 'after the restore'
        (Get-EtcdCluster copy).Spec.Restore | Should -BeNullOrEmpty
    }

    It 'to one member alone can be undone: all members, their data and settings' {
        $before = Get-EtcdCluster demo

        $restore = Restore-EtcdSnapshot $snapshot.Path -Cluster demo -Member demo-2 -NoRejoin -Confirm:$false 3>$null
        $alone = Get-EtcdMember demo
        $restored = (Get-EtcdKey -Cluster demo -Prefix /k/ | Measure-Object).Count
        $undo = $restore | Undo-EtcdRestore -Confirm:$false 3>$null
        $again = Install-EtcdCluster demo -Local -WhatIf 6>&1

        $alone.Name | Should -Be 'demo-2'
        $undo.Undid | Should -Be $restore.Id
        $restored | Should -Be 20
        $restore.Backup.Member | Sort-Object | Should -Be 'demo-1', 'demo-2', 'demo-3'
        $health = Get-EtcdHealth demo
        $health.Member | Should -Be 'demo-1', 'demo-2', 'demo-3'
        $health.Healthy | Should -Be $true, $true, $true
        (Get-EtcdKey -Cluster demo -Prefix /k/ | Measure-Object).Count | Should -Be 21
        (Get-EtcdKey -Cluster demo /k/later).Value | Should -Be 'kept'
        (Get-EtcdCluster demo).Spec.Token | Should -Be $before.Spec.Token
        "$($again[0])" | Should -Be 'Cluster demo already has these members and settings; nothing to do.'
    }

    It 'to one member, which the others join again, can be undone, too' {
        $restore = Restore-EtcdSnapshot $snapshot.Path -Cluster demo -Member demo-1 -Confirm:$false 3>$null
        $restored = (Get-EtcdKey -Cluster demo -Prefix /k/ | Measure-Object).Count
        $points = Get-EtcdRestore demo
        Get-EtcdCluster demo | Undo-EtcdRestore -WhatIf 3>$null | Should -BeNullOrEmpty
        [pscustomobject]@{ Cluster = 'demo'; Id = $restore.Id } | Undo-EtcdRestore -WhatIf 3>$null | Should -BeNullOrEmpty
        $one = Get-EtcdRestore demo $restore.Id
        $undone = @($points[0].Backup | Undo-EtcdRestore -Confirm:$false 3>$null)
        $again = Install-EtcdCluster demo -Local -WhatIf 6>&1

        $restored | Should -Be 20
        $points[0].Id, $one.Id, $undone.Undid | Should -Be $restore.Id, $restore.Id, $restore.Id # once, for all three objects
        $restore.Backup.Id | Should -Be $restore.Id, $restore.Id, $restore.Id
        $restore.Backup.Cluster | Should -Be demo, demo, demo
        $points.CanUndo | Should -Be $true, $true, $false # the undo of the test before, and what that undid
        $restore.UndoCommand | Should -Be "Undo-EtcdRestore demo $($restore.Id)"
        (Get-EtcdHealth demo).Healthy | Should -Be $true, $true, $true
        (Get-EtcdKey -Cluster demo /k/later).Value | Should -Be 'kept'
        "$($again[0])" | Should -Be 'Cluster demo already has these members and settings; nothing to do.'
    }

    It 'completes the ids of restores: those that can be undone, or all' {
        $points = Get-EtcdRestore demo
        $typed = 'Undo-EtcdRestore demo -Id ', 'Undo-EtcdRestore -Cluster demo -Id 2', 'Get-EtcdRestore demo ', 'Undo-EtcdRestore nobody -Id '
        $offered = foreach ($text in $typed) { , @((TabExpansion2 $text $text.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue | ForEach-Object CompletionText) }

        $offered[0] | Should -Be @($points | Where-Object CanUndo).Id
        $offered[1] | Should -Be @($points | Where-Object CanUndo).Id
        $offered[2] | Should -Be $points.Id
        $offered[3] | Should -BeNullOrEmpty
        $points.Count | Should -BeGreaterThan @($points | Where-Object CanUndo).Count
        { Get-EtcdRestore demo 20260101-000000 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdRestoreNotFound,*'
    }

    It 'keeps nothing that would bring it back under -SkipBackup' {
        $restore = Restore-EtcdSnapshot $snapshot.Path -Cluster copy -SkipBackup -Confirm:$false 3>$null

        $restore.Backup | Should -BeNullOrEmpty
        $restore.UndoCommand | Should -BeNullOrEmpty
        $failure = { $restore | Undo-EtcdRestore -Confirm:$false } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'EtcdRestoreNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be $restore.Id
    }
}
