# The commands of docs/moving.md, as they are written there: from an old cluster without TLS to a new one with TLS.
BeforeAll {
    Set-StrictMode -Version Latest
    $ErrorActionPreference = 'Stop'
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . "$PSScriptRoot/OwnHome.ps1"
    $ConfirmPreference = 'None'

    $missing = Install-OwnCluster 3.4 {
        $script:before = Install-EtcdCluster before -Local -NoTls -Version 3.4 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1)
    }
    if (-not $missing) { 1..300 | ForEach-Object { Set-EtcdKey -Cluster before "/app/$_" "value $_" } }
}

AfterAll {
    # It names a cluster that is managed under another name.
    Remove-Item "$env:ETCDADMIN_HOME/clusters/old" -Recurse -ErrorAction Ignore
    Remove-OwnHome
}

Describe 'docs/moving.md' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'moves all keys of a cluster without TLS to a new one with TLS' {
        $page = Get-Content (Join-Path $PSScriptRoot '../../docs/moving.md') -Raw
        $blocks = @([regex]::Matches($page, '(?s)```powershell\n(.*?)```') | ForEach-Object { $_.Groups[1].Value })
        $blocks.Count | Should -Be 1
        $address = $before.Endpoints[0].AbsoluteUri.TrimEnd('/')
        $typed = $blocks[0].Replace('http://10.0.0.1:2379', $address)
        $typed | Should -Not -Be $blocks[0]

        $results = foreach ($line in $typed -split '\n' | Where-Object { $_ }) { . ([scriptblock]::Create($line)) }

        (Get-EtcdCluster old).Tls | Should -BeNullOrEmpty
        (Get-EtcdCluster new).Tls | Should -Not -BeNullOrEmpty
        (Get-EtcdCluster new).Endpoints.Scheme | Should -Be 'https'
        @($results | Where-Object { $_.GetType().Name -eq 'KeyImport' }).Created | Should -Be 300
        @($results | Where-Object { $_.GetType().Name -eq 'EtcdKeyDifference' }).Count | Should -Be 0
        (Get-EtcdKey -Cluster new /app/300).Value | Should -Be 'value 300'
    }
}
