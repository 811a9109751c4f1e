# The README's commands, as they are written there.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . (Join-Path $PSScriptRoot 'OwnHome.ps1')

    # Whoever reads it answers questions with yes.
    $ConfirmPreference = 'None'

    $readme = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw
    $blocks = @([regex]::Matches($readme, '(?s)```powershell\n(.*?)```') | ForEach-Object { $_.Groups[1].Value })
    function Get-Line([string]$Block, [string]$Without) { $Block -split '\n' | Where-Object { $_ -and $_ -notmatch $Without } }

    $missing = $null
    try { Install-EtcdCluster probe -Local -WhatIf *> $null } catch { $missing = "$_" }
}

AfterAll { Remove-OwnHome }

Describe 'README' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'takes a reader from installing to uninstalling' {
        $block = @($blocks | Where-Object { $_ -like '*Import-Module ./out/EtcdAdmin*' })
        $block.Count | Should -Be 1
        # The module is there already, and from another folder.
        $results = foreach ($line in Get-Line $block[0] '^Import-Module') { . ([scriptblock]::Create($line)) }

        @($results | Where-Object { $_.GetType().Name -eq 'EtcdHealth' }).Summary | Select-Object -Unique | Should -Be 'Healthy with 3 known peers'
        $restore = @($results | Where-Object { $_.GetType().Name -eq 'EtcdRestore' })
        $restore.Count | Should -Be 1
        $restore[0].TotalKeys | Should -Be 1000
        'etcd_credentials.tar.gz' | Should -Exist
        Get-EtcdCluster | Should -BeNullOrEmpty
    }

    It 'shows what can be done with snapshots' {
        Install-EtcdCluster prod -Local -Version 3.5 | Out-Null
        1..5 | ForEach-Object { Set-EtcdKey -Cluster prod "/app/$_" "value $_" }
        $block = @($blocks | Where-Object { $_ -like '*Compare-EtcdSnapshot*' })
        $block.Count | Should -Be 1
        # Schedules are for hosts.
        $results = foreach ($line in Get-Line $block[0] '^Register-Etcd\w+Schedule') { . ([scriptblock]::Create($line)) }

        @($results | Where-Object { $_.GetType().Name -eq 'EtcdSnapshotKey' }).Count | Should -Be 5
        @($results | Where-Object { $_.GetType().Name -eq 'EtcdKeyDifference' }).Count | Should -Be 0
        $verdicts = @($results | Where-Object { $_.GetType().Name -eq 'SnapshotVerdict' })
        $verdicts.Count | Should -BeGreaterThan 0
        $verdicts.Passed | Should -Not -Contain $false
        $verdicts.Drill | Should -Not -Contain $null
        @($results | Where-Object { $_.GetType().Name -eq 'EtcdRestore' }).TotalKeys | Should -Be 5
    }
}
